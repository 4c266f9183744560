using Microsoft.Extensions.Logging;

using Seckill.Faults;
using Seckill.Sagas.GroupCommit;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Writes the first and last row of an order that was refused before MySQL had it.</summary>
sealed class RejectStep(TransactionLedger ledger, ParticipantCalls participant, FaultPoints faults, ILogger logger) : TransactionStep("reject", "mysql reject")
{
    public override async Task RunAsync(OrderTransactionState instance, object message, CancellationToken cancellationToken)
    {
        await HoldAsync(instance);
        try
        {
            await ledger.SaveAsync(instance, TransactionLogRow.Saga, instance.Reason, cancellationToken);
        }
        catch (Exception exception) when (exception is not TransactionExistsException && !TransientFaults.IsTransient(exception))
        {
            // MySQL will never take this row. Its units must not stay reserved, nor the relay repeat it: the message is all that is left
            // of it, and goes to the dead-letter topic.
            logger.LogError(exception, "Order {OrderId} can't be written, not even as refused: its reservation is released", instance.CorrelationId);
            await participant.ReleaseAsync(instance.Reservation, cancellationToken);
            throw;
        }

        await OrderSpans.RolledBackAsync(ledger, instance, logger, cancellationToken);
        await faults.PassAsync(KnownPoints.AfterRejected, instance.CorrelationId, instance.BuyerId, cancellationToken);
    }
}
