using MassTransit;

using Seckill.Contracts;
using Seckill.Sagas.Transactions.Steps;

namespace Seckill.Sagas.Transactions;

/// <summary>
/// The verbs of the machine: what is done when a transaction commits, is rejected, rolled back, cancelled, paid or refunded. The order of
/// the steps is what makes a crash between any two of them recoverable: the store that decides is written first, the other after it, and the
/// state that stands between them is one that recovery takes up.
/// </summary>
static class TransactionVerbs
{
    /// <summary>Runs a step.</summary>
    public static EventActivityBinder<OrderTransactionState, T> Do<T>(this EventActivityBinder<OrderTransactionState, T> binder, TransactionStep step)
        where T : class
        => binder.Add(new StepActivity<T>(step));

    /// <summary>Goes to a state.</summary>
    public static EventActivityBinder<OrderTransactionState, T> GoTo<T>(this EventActivityBinder<OrderTransactionState, T> binder, State state)
        where T : class
        => binder.Add(new StateActivity<T>(state));

    /// <summary>Second phase: Redis, then MySQL, whose row is the decision. A refusal by Redis rolls both back.</summary>
    public static EventActivityBinder<OrderTransactionState, T> CommitBoth<T>(
        this EventActivityBinder<OrderTransactionState, T> binder, OrderTransactionStateMachine machine, TransactionSteps steps)
        where T : class
        => binder
            .Do(steps.Confirm)
            .IfElse(
                context => context.Saga.Reason is null,
                x => x.GoTo(machine.Committed).Do(steps.Save).Do(steps.PublishStatus),
                x => x.RollBackBoth(machine, steps).Do(steps.PublishStatus));

    /// <summary>A participant refused before MySQL had the order: it gets its first and last row there, and Redis lets go.</summary>
    public static EventActivityBinder<OrderTransactionState, T> RejectBoth<T>(
        this EventActivityBinder<OrderTransactionState, T> binder, OrderTransactionStateMachine machine, TransactionSteps steps)
        where T : class
        => binder.GoTo(machine.RolledBack).Do(steps.Reject).Do(steps.Release).Do(steps.PublishStatus);

    /// <summary>Global rollback of a prepared transaction. To be published then.</summary>
    public static EventActivityBinder<OrderTransactionState, T> RollBackBoth<T>(
        this EventActivityBinder<OrderTransactionState, T> binder, OrderTransactionStateMachine machine, TransactionSteps steps)
        where T : class
        => binder.GoTo(machine.RollingBack).Do(steps.Save).FinishRollBack(machine, steps);

    /// <summary>The part of a rollback that comes after its decision. To be published then.</summary>
    public static EventActivityBinder<OrderTransactionState, T> FinishRollBack<T>(
        this EventActivityBinder<OrderTransactionState, T> binder, OrderTransactionStateMachine machine, TransactionSteps steps)
        where T : class
        => binder.Do(steps.Release).GoTo(machine.RolledBack).Do(steps.Save);

    /// <summary>Takes a committed order back: its units are for sale again. To be published then.</summary>
    public static EventActivityBinder<OrderTransactionState, T> CancelBoth<T>(
        this EventActivityBinder<OrderTransactionState, T> binder, OrderTransactionStateMachine machine, TransactionSteps steps)
        where T : class
        => binder.GoTo(machine.Cancelling).Do(steps.Save).FinishCancel(machine, steps);

    /// <summary>The part of a cancel that comes after its decision. To be published then.</summary>
    public static EventActivityBinder<OrderTransactionState, T> FinishCancel<T>(
        this EventActivityBinder<OrderTransactionState, T> binder, OrderTransactionStateMachine machine, TransactionSteps steps)
        where T : class
        => binder.Do(steps.Release).GoTo(machine.Cancelled).Do(steps.Save);

    /// <summary>The payment came in time.</summary>
    public static EventActivityBinder<OrderTransactionState, PaymentReceived> KeepPayment(
        this EventActivityBinder<OrderTransactionState, PaymentReceived> binder, OrderTransactionStateMachine machine, TransactionSteps steps)
        => binder.NotePayment().GoTo(machine.Paid).Do(steps.Save).AcceptAndPublish(steps);

    /// <summary>The payment came after the units had gone back: they may be somebody else's by now, so the money goes back too.</summary>
    public static EventActivityBinder<OrderTransactionState, PaymentReceived> RefundLatePayment(
        this EventActivityBinder<OrderTransactionState, PaymentReceived> binder, OrderTransactionStateMachine machine, TransactionSteps steps)
        => binder.NotePayment().GoTo(machine.Refunding).Do(steps.Save).FinishRefund(machine, steps);

    /// <summary>Notes which payment it is, and of how much: what is given back is what was paid, and not what should have been.</summary>
    public static EventActivityBinder<OrderTransactionState, PaymentReceived> NotePayment(this EventActivityBinder<OrderTransactionState, PaymentReceived> binder)
        => binder.Then(context => (context.Saga.PaymentId, context.Saga.PaidCents) = (context.Message.PaymentId, context.Message.AmountCents));

    /// <summary>Refunds what the instance says, and closes it.</summary>
    public static EventActivityBinder<OrderTransactionState, T> FinishRefund<T>(
        this EventActivityBinder<OrderTransactionState, T> binder, OrderTransactionStateMachine machine, TransactionSteps steps)
        where T : class
        => binder.Do(steps.RefundOfInstance).GoTo(machine.Refunded).Do(steps.Save);

    /// <summary>Why the transaction ends as it does.</summary>
    public static EventActivityBinder<OrderTransactionState, T> Because<T>(
        this EventActivityBinder<OrderTransactionState, T> binder, string reason)
        where T : class
        => binder.Then(context => context.Saga.Reason = reason);

    /// <summary>Recovery had to take the transaction up.</summary>
    public static EventActivityBinder<OrderTransactionState, T> CountRetry<T>(this EventActivityBinder<OrderTransactionState, T> binder)
        where T : class
        => binder.Then(context => context.Saga.RetryCount++);

    /// <summary>Answers that the command was carried out.</summary>
    public static EventActivityBinder<OrderTransactionState, T> Accept<T>(this EventActivityBinder<OrderTransactionState, T> binder)
        where T : class
        => binder.ThenAsync(context => context.AnswerAsync(new OrderActionResult
        {
            OrderId = context.Saga.CorrelationId,
            Accepted = true,
            Status = TransactionStates.OrderStatusOf(context.Saga.CurrentState),
            State = context.Saga.CurrentState,
        }));

    /// <summary>
    /// Answers, and then publishes: the decision is durable, and whoever asked for it must not wait for Kafka. A message whose news could not be published comes again, and must
    /// publish it where it finds the order then.
    /// </summary>
    public static EventActivityBinder<OrderTransactionState, T> AcceptAndPublish<T>(this EventActivityBinder<OrderTransactionState, T> binder, TransactionSteps steps)
        where T : class
        => binder.Accept().Do(steps.PublishStatus);

    /// <summary>Answers that the command was not carried out.</summary>
    public static EventActivityBinder<OrderTransactionState, T> Refuse<T>(
        this EventActivityBinder<OrderTransactionState, T> binder, string code, string message)
        where T : class
        => binder.ThenAsync(context => context.AnswerAsync(new OrderActionResult
        {
            OrderId = context.Saga.CorrelationId,
            Accepted = false,
            Status = TransactionStates.OrderStatusOf(context.Saga.CurrentState),
            State = context.Saga.CurrentState,
            Code = code,
            Message = message,
        }));

    /// <summary>Answers as if there were no such order: somebody else's is none of the asker's business.</summary>
    public static EventActivityBinder<OrderTransactionState, T> RefuseUnknown<T>(this EventActivityBinder<OrderTransactionState, T> binder)
        where T : class
        => binder.ThenAsync(context => context.AnswerUnknownAsync(context.Saga.CorrelationId));

    /// <summary>Answers that no such order is known.</summary>
    public static Task AnswerUnknownAsync(this ConsumeContext context, Guid orderId) => context.AnswerAsync(new OrderActionResult
    {
        OrderId = orderId,
        Accepted = false,
        Code = "unknown_order",
        Message = $"There is no transaction of order {orderId}",
    });

    /// <summary>Answers whoever waits for one; a message that was only sent has nobody who does.</summary>
    static Task AnswerAsync(this ConsumeContext context, OrderActionResult answer)
        => context.ResponseAddress is null ? Task.CompletedTask : context.RespondAsync(answer);
}
