using Microsoft.Extensions.Logging;

using MySqlConnector;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Sagas.GroupCommit;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Makes the instance's state durable in MySQL, together with what goes with it: order, stock and log.</summary>
sealed class SaveStep(TransactionLedger ledger, FaultPoints faults, ILogger logger) : TransactionStep("save", "mysql save")
{
    public override async Task RunAsync(OrderTransactionState instance, object message, CancellationToken cancellationToken)
    {
        await HoldAsync(instance);
        try
        {
            if (!await ledger.SaveAsync(instance, ActorOf(message), DetailOf(instance, message), cancellationToken))
                instance.Reason = RefusalReasons.StockDisagreement;
        }
        catch (MySqlException exception) when (instance.StoredState is null && !TransientFaults.IsTransient(exception))
        {
            // MySQL will not have this order, however often it is asked: that is a refusal, too.
            logger.LogError(exception, "Order {OrderId} can't be prepared in MySQL", instance.CorrelationId);
            instance.Reason = RefusalReasons.Fault;
            instance.LastError = exception.Message;
        }

        await OrderSpans.RolledBackAsync(ledger, instance, logger, cancellationToken);
        if (FaultPointAfter(instance.StoredState) is { } point)
            await faults.PassAsync(point, instance.CorrelationId, instance.BuyerId, cancellationToken);
    }

    static FaultPoint? FaultPointAfter(string? state) => state switch
    {
        TransactionStates.Committed => KnownPoints.AfterDecision,
        TransactionStates.RollingBack => KnownPoints.AfterRollbackWritten,
        TransactionStates.Cancelling => KnownPoints.AfterCancelWritten,
        TransactionStates.RolledBack => KnownPoints.AfterRolledBack,
        TransactionStates.Cancelled => KnownPoints.AfterCancelled,
        TransactionStates.Paid => KnownPoints.AfterPaidWritten,
        TransactionStates.Refunding => KnownPoints.AfterRefundingWritten,
        TransactionStates.Refunded => KnownPoints.AfterRefunded,
        _ => null,
    };

    static string ActorOf(object message) => message switch
    {
        RollbackTransaction rollback => rollback.RequestedBy,
        CancelOrder => "buyer",
        PaymentReceived => "payment",
        PaymentDeadlineReached or TransactionTimedOut => "clock",
        ResumeTransaction => "recovery",
        _ => TransactionLogRow.Saga,
    };

    static string? DetailOf(OrderTransactionState instance, object message) => message switch
    {
        RollbackTransaction rollback => rollback.Reason,
        PaymentReceived payment => payment.PaymentId,
        _ => instance.Reason,
    };
}
