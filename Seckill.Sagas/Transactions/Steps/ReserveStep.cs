using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Faults;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>First phase in Redis: marks the reservation prepared. A refusal becomes the instance's reason.</summary>
sealed class ReserveStep(ParticipantCalls participant, FaultPoints faults) : TransactionStep("reserve", "redis prepare")
{
    public override async Task RunAsync(OrderTransactionState instance, object message, CancellationToken cancellationToken)
    {
        // The lock's request is on its way already: both answers come back together.
        var prepare = participant.PrepareAsync(instance.Reservation, cancellationToken);
        await HoldAsync(instance);
        instance.Reason = await prepare switch
        {
            PrepareOutcome.Prepared or PrepareOutcome.Repeated or PrepareOutcome.ReservedAgain or PrepareOutcome.Committed => null,
            PrepareOutcome.Released => RefusalReasons.ReservationReleased,
            PrepareOutcome.SoldOut => RefusalReasons.SoldOut,
            PrepareOutcome.LimitReached => RefusalReasons.AlreadyOrdered,
            var other => throw new InvalidOperationException($"Prepare answered {other}"),
        };
        await faults.PassAsync(KnownPoints.AfterRedisPrepare, instance.CorrelationId, instance.BuyerId, cancellationToken);
    }
}
