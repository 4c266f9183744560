using MassTransit;

using Seckill.Contracts;

namespace Seckill.Sagas.Transactions;

/// <summary>
/// The coordinator of one order's two-phase commit. Read from top to bottom: states, events, then what each state does with each event.
/// Every step that changes something durable is idempotent by order id, so any message may come twice, late, or after a crash. A repeated
/// request tells Redis the decision once more: before its repeat was noticed, it may have reserved again what Redis had forgotten. What may have led
/// to an end publishes it where it finds it: the first time may have ended between the two.
/// </summary>
public sealed class OrderTransactionStateMachine : MassTransitStateMachine<OrderTransactionState>
{
    /// <summary>Builds the machine on the steps that do its I/O.</summary>
    public OrderTransactionStateMachine(TransactionSteps steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        InstanceState(x => x.CurrentState);

        Event(() => Requested, x =>
        {
            x.CorrelateById(context => context.Message.OrderId);
            x.InsertOnInitial = true;
            x.SetSagaFactory(context => OrderTransactionState.Begin(context.Message));
        });
        Event(() => CancelRequested, x =>
        {
            x.CorrelateById(context => context.Message.OrderId);
            x.OnMissingInstance(m => m.ExecuteAsync(context => context.AnswerUnknownAsync(context.Message.OrderId)));
        });
        Event(() => RollbackRequested, x =>
        {
            x.CorrelateById(context => context.Message.OrderId);
            x.OnMissingInstance(m => m.ExecuteAsync(context => context.AnswerUnknownAsync(context.Message.OrderId)));
        });
        Event(() => PaymentArrived, x =>
        {
            x.CorrelateById(context => context.Message.OrderId);
            x.OnMissingInstance(m => m.ExecuteAsync(context => context.AnswerUnknownAsync(context.Message.OrderId)));
        });
        Event(() => DeadlineReached, x => x.CorrelateById(context => context.Message.OrderId).OnMissingInstance(m => m.Discard()));
        Event(() => TimedOut, x => x.CorrelateById(context => context.Message.OrderId).OnMissingInstance(m => m.Discard()));
        Event(() => Resumed, x => x.CorrelateById(context => context.Message.OrderId).OnMissingInstance(m => m.Discard()));

        Initially(
            When(Requested)
                .GoTo(Preparing)
                .Do(steps.Reserve)
                .If(Agreed, x => x.GoTo(Prepared).Do(steps.Save))
                .IfElse(Agreed, x => x.CommitBoth(this, steps), x => x.RejectBoth(this, steps)));

        // Never stored, so no instance is ever loaded in this state: see docs/architecture.md.
        During(Preparing,
            Ignore(Requested), Ignore(CancelRequested), Ignore(RollbackRequested), Ignore(PaymentArrived), Ignore(DeadlineReached),
            Ignore(TimedOut), Ignore(Resumed));

        During(Prepared,
            When(Requested).CommitBoth(this, steps),
            When(Resumed).CountRetry().CommitBoth(this, steps),
            When(TimedOut).If(IsDue(steps), x => x.Because(RefusalReasons.TimedOut).RollBackBoth(this, steps).Do(steps.PublishStatus)),
            When(RollbackRequested).Because(RefusalReasons.RolledBackByOperator).RollBackBoth(this, steps).AcceptAndPublish(steps),
            When(CancelRequested).Refuse("undecided", "The order is not confirmed yet; ask again in a moment"),
            When(PaymentArrived).Refuse("undecided", "The order is not confirmed yet; repeat the callback later"),
            Ignore(DeadlineReached));                                  // the deadline begins with the commit

        During(Committed,
            When(Requested).Do(steps.Confirm).Do(steps.PublishStatus),
            When(Resumed).Do(steps.Confirm).Do(steps.PublishStatus),
            When(CancelRequested).IfElse(IsOwnOrder, x => x.Because(RefusalReasons.CancelledByBuyer).CancelBoth(this, steps).AcceptAndPublish(steps), x => x.RefuseUnknown()),
            When(RollbackRequested).Because(RefusalReasons.RolledBackByOperator).CancelBoth(this, steps).AcceptAndPublish(steps),
            When(DeadlineReached).If(IsDue(steps), x => x.Because(RefusalReasons.PaymentDeadlinePassed).CancelBoth(this, steps).Do(steps.PublishStatus)),
            When(PaymentArrived).IfElse(IsFullAmount, x => x.KeepPayment(this, steps), x => x.Refuse("amount_mismatch", "The amount paid is not the order's")),
            Ignore(TimedOut));                                         // decided in time

        During(Paid,
            When(Requested).Do(steps.Confirm).Do(steps.PublishStatus),
            When(Resumed).Do(steps.PublishStatus),
            When(PaymentArrived).If(IsOtherPayment, x => x.Do(steps.Refund)).AcceptAndPublish(steps),
            When(CancelRequested).Refuse("too_late", "The order is paid"),
            When(RollbackRequested).Refuse("too_late", "The order is paid"),
            Ignore(DeadlineReached), Ignore(TimedOut));                // paid in time

        During(RollingBack,
            When(Requested).FinishRollBack(this, steps).Do(steps.PublishStatus),
            When(Resumed).CountRetry().FinishRollBack(this, steps).Do(steps.PublishStatus),
            When(TimedOut).FinishRollBack(this, steps).Do(steps.PublishStatus),
            When(RollbackRequested).FinishRollBack(this, steps).AcceptAndPublish(steps),
            When(PaymentArrived).Do(steps.Refund).Accept(),
            When(CancelRequested).Refuse("too_late", "The order failed"),
            Ignore(DeadlineReached));                                  // it never had one

        During(RolledBack,
            When(Requested).Do(steps.Release).Do(steps.PublishStatus),
            When(Resumed).Do(steps.Release).Do(steps.PublishStatus),
            When(TimedOut).Do(steps.PublishStatus),
            When(RollbackRequested).AcceptAndPublish(steps),
            When(PaymentArrived).Do(steps.Refund).Accept(),
            When(CancelRequested).Refuse("too_late", "The order failed"),
            Ignore(DeadlineReached));                                  // it never had one

        During(Cancelling,
            When(Requested).FinishCancel(this, steps).Do(steps.PublishStatus),
            When(Resumed).CountRetry().FinishCancel(this, steps).Do(steps.PublishStatus),
            When(DeadlineReached).FinishCancel(this, steps).Do(steps.PublishStatus),
            When(CancelRequested).FinishCancel(this, steps).AcceptAndPublish(steps),
            When(RollbackRequested).FinishCancel(this, steps).AcceptAndPublish(steps),
            When(PaymentArrived).FinishCancel(this, steps).Do(steps.PublishStatus).RefundLatePayment(this, steps).Accept(),
            Ignore(TimedOut));                                         // decided in time

        During(Cancelled,
            When(Requested).Do(steps.Release).Do(steps.PublishStatus),
            When(Resumed).Do(steps.Release).Do(steps.PublishStatus),
            When(DeadlineReached).Do(steps.PublishStatus),
            When(CancelRequested).AcceptAndPublish(steps),
            When(RollbackRequested).AcceptAndPublish(steps),
            When(PaymentArrived).RefundLatePayment(this, steps).Accept(),
            Ignore(TimedOut));                                         // decided in time

        During(Refunding,
            When(Requested).Do(steps.Release).FinishRefund(this, steps),
            When(Resumed).CountRetry().FinishRefund(this, steps),
            When(PaymentArrived).If(IsOtherPayment, x => x.Do(steps.Refund)).FinishRefund(this, steps).Accept(),
            When(CancelRequested).Accept(),
            When(RollbackRequested).Accept(),
            Ignore(DeadlineReached), Ignore(TimedOut));                // over

        During(Refunded,
            When(Requested).Do(steps.Release).Do(steps.PublishStatus),
            When(Resumed).Do(steps.PublishStatus),
            When(PaymentArrived).If(IsOtherPayment, x => x.Do(steps.Refund)).Accept(),
            When(CancelRequested).Accept(),
            When(RollbackRequested).Accept(),
            Ignore(DeadlineReached), Ignore(TimedOut));                // over
    }

    /// <summary>Both participants are being asked. In memory only.</summary>
    public State Preparing { get; } = null!;

    /// <summary>Both hold the units; not decided.</summary>
    public State Prepared { get; } = null!;

    /// <summary>Decided: sold, to be paid before the deadline.</summary>
    public State Committed { get; } = null!;

    /// <summary>Paid.</summary>
    public State Paid { get; } = null!;

    /// <summary>Decided: not sold. MySQL has the units back, Redis not yet for sure.</summary>
    public State RollingBack { get; } = null!;

    /// <summary>Rolled back everywhere.</summary>
    public State RolledBack { get; } = null!;

    /// <summary>Given up after the commit. MySQL has the units back, Redis not yet for sure.</summary>
    public State Cancelling { get; } = null!;

    /// <summary>Cancelled everywhere.</summary>
    public State Cancelled { get; } = null!;

    /// <summary>A payment that came too late is being given back.</summary>
    public State Refunding { get; } = null!;

    /// <summary>The late payment was given back.</summary>
    public State Refunded { get; } = null!;

    /// <summary>The order was admitted. May repeat.</summary>
    public Event<SeckillRequested> Requested { get; } = null!;

    /// <summary>The buyer gives the order up.</summary>
    public Event<CancelOrder> CancelRequested { get; } = null!;

    /// <summary>An operator rolls back.</summary>
    public Event<RollbackTransaction> RollbackRequested { get; } = null!;

    /// <summary>The payment provider reports a payment. May repeat, or come late.</summary>
    public Event<PaymentReceived> PaymentArrived { get; } = null!;

    /// <summary>The payment deadline may have passed.</summary>
    public Event<PaymentDeadlineReached> DeadlineReached { get; } = null!;

    /// <summary>The time-out may have passed without a decision.</summary>
    public Event<TransactionTimedOut> TimedOut { get; } = null!;

    /// <summary>Recovery found the transaction half-done.</summary>
    public Event<ResumeTransaction> Resumed { get; } = null!;

    static bool Agreed<T>(BehaviorContext<OrderTransactionState, T> context)
        where T : class => context.Saga.Reason is null;

    static bool IsOwnOrder(BehaviorContext<OrderTransactionState, CancelOrder> context) => context.Message.BuyerId == context.Saga.BuyerId;

    static bool IsFullAmount(BehaviorContext<OrderTransactionState, PaymentReceived> context)
        => context.Message.AmountCents == context.Saga.AmountCents;

    static bool IsOtherPayment(BehaviorContext<OrderTransactionState, PaymentReceived> context)
        => context.Message.PaymentId != context.Saga.PaymentId;

    static StateMachineCondition<OrderTransactionState, object> IsDue(TransactionSteps steps)
        => context => context.Saga.ExpiresAt <= steps.Clock.GetUtcNow();
}
