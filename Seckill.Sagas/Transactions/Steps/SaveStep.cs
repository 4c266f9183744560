using MassTransit;

using Seckill.Contracts;
using Seckill.Sagas.Faults;
using Seckill.Sagas.GroupCommit;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Makes the instance's state durable in MySQL, together with what goes with it: order, stock and log.</summary>
sealed class SaveStep(TransactionLedger ledger, FaultPoints faults) : TransactionStep("save")
{
    public override async Task RunAsync(BehaviorContext<OrderTransactionState> context, object message)
    {
        await HoldAsync(context);
        if (!await ledger.SaveAsync(context.Saga, ActorOf(message), DetailOf(context.Saga, message), context.CancellationToken))
            context.Saga.Reason = RefusalReasons.StockDisagreement;

        if (FaultPointAfter(context.Saga.StoredState) is { } point)
            await faults.PassAsync(point, context.CancellationToken);
    }

    static string? FaultPointAfter(string? state) => state switch
    {
        TransactionStates.Committed => FaultPointNames.AfterDecision,
        TransactionStates.RollingBack => FaultPointNames.AfterRollbackWritten,
        TransactionStates.Cancelling => FaultPointNames.AfterCancelWritten,
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
