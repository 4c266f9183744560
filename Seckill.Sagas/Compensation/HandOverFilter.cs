using MassTransit;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Kafka;
using Seckill.Sagas.Circuit;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// Stands before the saga, on the endpoints where nobody waits for an answer. What fails for everybody waits for the circuit and is tried again here;
/// what fails for one order is handed over to compensation, and the message is done with when Kafka has that.
/// </summary>
public sealed class HandOverFilter(
    DependencyCircuit circuit, ICompensationPublisher publisher, TransactionLedger ledger, IOptions<CompensationOptions> options, TimeProvider time,
    ILogger<HandOverFilter> logger) : IFilter<ConsumeContext>
{
    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("handOver");

    /// <inheritdoc/>
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        await circuit.WaitAsync(context.CancellationToken);
        var began = time.GetTimestamp();
        try
        {
            await next.Send(context);
        }
        catch (Exception exception) when (!context.CancellationToken.IsCancellationRequested && MessageIn(context) is { })
        {
            var (orderId, source, noteConsumed) = MessageIn(context)!;
            if (await circuit.IsEverybodysAsync(exception, context.CancellationToken)
                || (TransientFaults.IsTransient(exception) && AttemptOf(context) < options.Value.TransactionAttempts))
                throw;

            if (await RequestOfAsync(context, orderId) is not { } request)
                throw;

            logger.LogWarning(exception, "{Source} of order {OrderId} failed and is handed over to compensation", source, orderId);
            await publisher.PublishAsync(
                new CompensateOrder
                {
                    Request = request,
                    Source = source,
                    Cause = FailureCauses.Of(exception),
                    Error = FailureCauses.Describe(exception),
                    FailedAt = time.GetUtcNow(),
                },
                context.CancellationToken);
            // Or the endpoint, which saw no consumer succeed, gives the message up as one that nobody consumes.
            await noteConsumed(time.GetElapsedTime(began));
        }
    }

    /// <summary>Orders and the clock's commands. Commands of people are answered with their failure instead.</summary>
    static FailedMessage? MessageIn(ConsumeContext context)
        => As<SeckillRequested>(context, x => x.OrderId) ?? As<ResumeTransaction>(context, x => x.OrderId)
            ?? As<TransactionTimedOut>(context, x => x.OrderId) ?? As<PaymentDeadlineReached>(context, x => x.OrderId);

    static FailedMessage? As<T>(ConsumeContext context, Func<T, Guid> orderOf)
        where T : class
        => context.TryGetMessage<T>(out var typed)
            ? new FailedMessage(orderOf(typed.Message), typeof(T).Name, lasted => typed.NotifyConsumed(lasted, nameof(HandOverFilter)))
            : null;

    static int AttemptOf(ConsumeContext context)
        => context.TryGetPayload<IKafkaConsumeContext>(out var record) ? record.Attempt : context.GetRetryAttempt() + 1;

    async Task<SeckillRequested?> RequestOfAsync(ConsumeContext context, Guid orderId)
    {
        if (context.TryGetMessage<SeckillRequested>(out var requested))
            return requested.Message;

        return (await ledger.LoadAsync(orderId, context.CancellationToken))?.ToRequest();
    }

    sealed record FailedMessage(Guid OrderId, string Source, Func<TimeSpan, Task> NoteConsumed);
}
