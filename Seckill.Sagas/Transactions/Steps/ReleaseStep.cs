using Seckill.Faults;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Gives the units back in Redis; the participant tells the caches when a sold-out SKU has stock again.</summary>
sealed class ReleaseStep(ParticipantCalls participant, FaultPoints faults) : TransactionStep("release", "redis release")
{
    public override async Task RunAsync(OrderTransactionState instance, object message, CancellationToken cancellationToken)
    {
        await HoldAsync(instance);
        await participant.ReleaseAsync(instance.Reservation, cancellationToken);
        await faults.PassAsync(KnownPoints.AfterRedisRelease, instance.CorrelationId, instance.BuyerId, cancellationToken);
    }
}
