using MassTransit;

using Microsoft.Extensions.Logging;

using MySqlConnector;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Sagas.GroupCommit;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Makes the instance's state durable in MySQL, together with what goes with it: order, stock and log.</summary>
sealed class SaveStep(TransactionLedger ledger, FaultPoints faults, ILogger logger) : TransactionStep("save", "mysql save")
{
    public override async Task RunAsync(BehaviorContext<OrderTransactionState> context, object message)
    {
        await HoldAsync(context);
        try
        {
            if (!await ledger.SaveAsync(context.Saga, ActorOf(message), DetailOf(context.Saga, message), context.CancellationToken))
                context.Saga.Reason = RefusalReasons.StockDisagreement;
        }
        catch (MySqlException exception) when (context.Saga.StoredState is null && !TransientFaults.IsTransient(exception))
        {
            // MySQL will not have this order, however often it is asked: that is a refusal, too.
            logger.LogError(exception, "Order {OrderId} can't be prepared in MySQL", context.Saga.CorrelationId);
            context.Saga.Reason = RefusalReasons.Fault;
            context.Saga.LastError = exception.Message;
        }

        await OrderSpans.RolledBackAsync(ledger, context.Saga, logger, context.CancellationToken);
        if (FaultPointAfter(context.Saga.StoredState) is { } point)
            await faults.PassAsync(point, context.Saga.CorrelationId, context.Saga.BuyerId, context.CancellationToken);
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
