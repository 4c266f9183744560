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
        try
        {
            await next.Send(context);
        }
        catch (Exception exception) when (!context.CancellationToken.IsCancellationRequested && OrderOf(context) is { })
        {
            var (orderId, source) = OrderOf(context)!.Value;
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
            await NotifyConsumedAsync(context);
        }
    }

    /// <summary>The message is done with: without this word the endpoint takes it for one that nobody consumes.</summary>
    static Task NotifyConsumedAsync(ConsumeContext context)
    {
        if (context.TryGetMessage<SeckillRequested>(out var requested))
            return NotifyAsync(requested);
        if (context.TryGetMessage<ResumeTransaction>(out var resume))
            return NotifyAsync(resume);
        if (context.TryGetMessage<TransactionTimedOut>(out var timedOut))
            return NotifyAsync(timedOut);
        return context.TryGetMessage<PaymentDeadlineReached>(out var deadline) ? NotifyAsync(deadline) : Task.CompletedTask;

        static Task NotifyAsync<T>(ConsumeContext<T> message)
            where T : class
            => message.NotifyConsumed(message, message.ReceiveContext.ElapsedTime, nameof(HandOverFilter));
    }

    /// <summary>Orders and the clock's commands. Commands of people are answered with their failure instead.</summary>
    static (Guid OrderId, string Source)? OrderOf(ConsumeContext context)
    {
        if (context.TryGetMessage<SeckillRequested>(out var requested))
            return (requested.Message.OrderId, nameof(SeckillRequested));
        if (context.TryGetMessage<ResumeTransaction>(out var resume))
            return (resume.Message.OrderId, nameof(ResumeTransaction));
        if (context.TryGetMessage<TransactionTimedOut>(out var timedOut))
            return (timedOut.Message.OrderId, nameof(TransactionTimedOut));
        if (context.TryGetMessage<PaymentDeadlineReached>(out var deadline))
            return (deadline.Message.OrderId, nameof(PaymentDeadlineReached));
        return null;
    }

    static int AttemptOf(ConsumeContext context)
        => context.TryGetPayload<IKafkaConsumeContext>(out var record) ? record.Attempt : context.GetRetryAttempt() + 1;

    async Task<SeckillRequested?> RequestOfAsync(ConsumeContext context, Guid orderId)
    {
        if (context.TryGetMessage<SeckillRequested>(out var requested))
            return requested.Message;

        return (await ledger.LoadAsync(orderId, context.CancellationToken))?.ToRequest();
    }
}
