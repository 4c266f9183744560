using MassTransit;

namespace Seckill.Sagas.Transactions.Activities;

/// <summary>
/// A step of the transaction that does I/O. One object serves all instances; what one message needs travels in its context.
/// </summary>
abstract class TransactionActivity(string name) : IStateMachineActivity<OrderTransactionState>
{
    public void Probe(ProbeContext context) => context.CreateScope(name);

    public void Accept(StateMachineVisitor visitor) => visitor.Visit(this);

    public async Task Execute(BehaviorContext<OrderTransactionState> context, IBehavior<OrderTransactionState> next)
    {
        await RunAsync(context, null);
        await next.Execute(context);
    }

    public async Task Execute<T>(BehaviorContext<OrderTransactionState, T> context, IBehavior<OrderTransactionState, T> next)
        where T : class
    {
        await RunAsync(context, context.Message);
        await next.Execute(context);
    }

    public Task Faulted<TException>(
        BehaviorExceptionContext<OrderTransactionState, TException> context, IBehavior<OrderTransactionState> next)
        where TException : Exception
        => next.Faulted(context);

    public Task Faulted<T, TException>(
        BehaviorExceptionContext<OrderTransactionState, T, TException> context, IBehavior<OrderTransactionState, T> next)
        where T : class
        where TException : Exception
        => next.Faulted(context);

    /// <summary>Does the step.</summary>
    /// <param name="context">The instance and the message's context.</param>
    /// <param name="message">The message that led here; null when none did.</param>
    protected abstract Task RunAsync(BehaviorContext<OrderTransactionState> context, object? message);

    /// <summary>Waits until the transaction's lock is held, and puts its fencing token into the instance.</summary>
    protected static ValueTask HoldAsync(BehaviorContext<OrderTransactionState> context)
        => context.GetPayload<TransactionGuard>().HoldAsync(context.Saga);
}
