using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Faults;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Second phase in Redis: turns the reservation into a sale. A refusal becomes the instance's reason.</summary>
sealed class ConfirmStep(ParticipantCalls participant, FaultPoints faults) : TransactionStep("confirm", "redis commit")
{
    public override async Task RunAsync(OrderTransactionState instance, object message, CancellationToken cancellationToken)
    {
        await faults.PassAsync(KnownPoints.AfterPrepared, instance.CorrelationId, instance.BuyerId, cancellationToken);
        await HoldAsync(instance);
        instance.Reason = await participant.CommitAsync(instance.Reservation, cancellationToken) switch
        {
            CommitOutcome.Committed or CommitOutcome.Repeated or CommitOutcome.TakenAgain => null,
            CommitOutcome.Released => RefusalReasons.ReservationReleased,
            CommitOutcome.SoldOut => RefusalReasons.SoldOut,
            CommitOutcome.LimitReached => RefusalReasons.AlreadyOrdered,
            var other => throw new InvalidOperationException($"Commit answered {other}"),
        };
        await faults.PassAsync(KnownPoints.AfterRedisCommit, instance.CorrelationId, instance.BuyerId, cancellationToken);
    }
}
