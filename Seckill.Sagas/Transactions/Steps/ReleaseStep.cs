using MassTransit;

using Seckill.Faults;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Gives the units back in Redis; the participant tells the caches when a sold-out SKU has stock again.</summary>
sealed class ReleaseStep(ParticipantCalls participant, FaultPoints faults) : TransactionStep("release", "redis release")
{
    public override async Task RunAsync(BehaviorContext<OrderTransactionState> context, object message)
    {
        await HoldAsync(context);
        var instance = context.Saga;
        await participant.ReleaseAsync(instance.Reservation, context.CancellationToken);
        await faults.PassAsync(KnownPoints.AfterRedisRelease, instance.CorrelationId, instance.BuyerId, context.CancellationToken);
    }
}
