using MassTransit;

using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Compensation;

/// <summary>Topic <c>compensation</c>: takes orders in whose transaction failed. Deduplicates on the order id.</summary>
public sealed class CompensateOrderConsumer(CompensationProcess process) : IConsumer<CompensateOrder>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<CompensateOrder> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var span = OrderSpans.HandleFailed(context, context.Message.Request.OrderId);
        await process.BeginAsync(context.Message, context.CancellationToken);
    }
}

/// <summary>Queue <c>compensation</c>: makes attempts whose time has come. Deduplicates on order id and attempt.</summary>
public sealed class AttemptCompensationConsumer(CompensationProcess process) : IConsumer<AttemptCompensation>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<AttemptCompensation> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var span = OrderSpans.HandleFailed(context, context.Message.OrderId);
        span?.SetTag(OrderSpans.AttemptTag, context.Message.Attempt);
        await process.AttemptAsync(context.Message, context.CancellationToken);
    }
}
