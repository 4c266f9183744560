using MassTransit;

using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Sagas.Faults;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Gives the units back in Redis, and tells the caches that there is stock again.</summary>
sealed class ReleaseStep(ParticipantCalls participant, IStockChangePublisher news, TimeProvider clock, FaultPoints faults) : TransactionStep("release")
{
    public override async Task RunAsync(BehaviorContext<OrderTransactionState> context, object message)
    {
        var instance = context.Saga;
        await HoldAsync(context);
        var outcome = await participant.ReleaseAsync(instance.Reservation, context.CancellationToken);
        await faults.PassAsync(FaultPointNames.AfterRedisRelease, context.CancellationToken);
        if (outcome != ReleaseOutcome.Released)
            return;

        await news.PublishAsync(
            new StockChanged { ActivityId = instance.ActivityId, SkuId = instance.SkuId, Cause = "returned", OccurredAt = clock.GetUtcNow() },
            context.CancellationToken);
    }
}
