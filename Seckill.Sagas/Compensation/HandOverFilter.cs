using MassTransit;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Kafka;
using Seckill.Ledger.Compensation;
using Seckill.Sagas.Circuit;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// Stands before the saga, on the endpoints where nobody waits for an answer. What fails for everybody waits for the circuit and is tried again here;
/// what fails for one order is handed over to compensation, and the message is done with when Kafka has that.
/// </summary>
public sealed class HandOverFilter(
    DependencyCircuit circuit, ICompensationPublisher publisher, TransactionLedger ledger, CompensationStore store, IOptions<CompensationOptions> options,
    TimeProvider time, ILogger<HandOverFilter> logger) : IFilter<ConsumeContext>
{
    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("handOver");

    /// <inheritdoc/>
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        await circuit.WaitAsync(context.CancellationToken);
        try
        {
            await next.Send(context);
        }
        catch (Exception exception) when (!context.CancellationToken.IsCancellationRequested)
        {
            if (OrderMessage.Of(context) is not { } message
                || await circuit.IsEverybodysAsync(exception, context.CancellationToken)
                || (TransientFaults.IsTransient(exception) && AttemptOf(context) < options.Value.TransactionAttempts)
                || await RequestOfAsync(context, message.OrderId) is not { } request)
                throw;

            logger.LogWarning(exception, "{Source} of order {OrderId} failed and is handed over to compensation", message.Type, message.OrderId);
            var error = FailureCauses.Describe(exception);
            var failedAt = time.GetUtcNow();
            var traceParent = await ReconstructedTrace.MakeAsync(
                ledger, message.OrderId, request.AdmittedAt, failedAt, FailureCauses.Of(exception), logger, context.CancellationToken);
            using var span = OrderTrace.StartAlways("hand over", message.OrderId, traceParent: traceParent);
            OrderSpans.Failed(span, exception);
            await store.NoteFailureAsync(message.OrderId, error, context.CancellationToken);
            await publisher.PublishAsync(
                new CompensateOrder
                {
                    Request = request,
                    Source = message.Type,
                    Cause = FailureCauses.Of(exception),
                    Error = error,
                    FailedAt = failedAt,
                },
                context.CancellationToken);
            await message.NotifyConsumed();
        }
    }

    static int AttemptOf(ConsumeContext context)
        => context.TryGetPayload<IKafkaConsumeContext>(out var record) ? record.Attempt : context.GetRetryAttempt() + 1;

    async Task<SeckillRequested?> RequestOfAsync(ConsumeContext context, Guid orderId)
    {
        if (context.TryGetMessage<SeckillRequested>(out var requested))
            return requested.Message;

        return (await ledger.LoadAsync(orderId, context.CancellationToken))?.ToRequest();
    }

    /// <summary>Orders and the clock's commands. Commands of people are answered with their failure instead.</summary>
    /// <param name="OrderId">The order.</param>
    /// <param name="Type">The name of the message's type.</param>
    /// <param name="NotifyConsumed">Says that the message is done with: without this word the endpoint takes it for one that nobody consumes.</param>
    sealed record OrderMessage(Guid OrderId, string Type, Func<Task> NotifyConsumed)
    {
        public static OrderMessage? Of(ConsumeContext context)
            => Of<SeckillRequested>(context, x => x.OrderId) ?? Of<ResumeTransaction>(context, x => x.OrderId)
                ?? Of<TransactionTimedOut>(context, x => x.OrderId) ?? Of<PaymentDeadlineReached>(context, x => x.OrderId);

        static OrderMessage? Of<T>(ConsumeContext context, Func<T, Guid> orderId)
            where T : class
            => context.TryGetMessage<T>(out var message)
                ? new OrderMessage(
                    orderId(message.Message), typeof(T).Name,
                    () => message.NotifyConsumed(message, message.ReceiveContext.ElapsedTime, nameof(HandOverFilter)))
                : null;
    }
}
