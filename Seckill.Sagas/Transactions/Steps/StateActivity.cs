using MassTransit;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>
/// Puts the instance into a state. The framework's own transition raises four events, to each of which the machine is asked for what to do, in a context of its own: this machine has
/// nothing to do when it leaves or enters a state.
/// </summary>
sealed class StateActivity<TMessage>(State state) : IStateMachineActivity<OrderTransactionState, TMessage>
    where TMessage : class
{
    public void Probe(ProbeContext context) => context.CreateScope("state").Add("name", state.Name);

    public void Accept(StateMachineVisitor visitor) => visitor.Visit(this);

    public Task Execute(BehaviorContext<OrderTransactionState, TMessage> context, IBehavior<OrderTransactionState, TMessage> next)
    {
        context.Saga.CurrentState = state.Name;
        return next.Execute(context);
    }

    public Task Faulted<TException>(
        BehaviorExceptionContext<OrderTransactionState, TMessage, TException> context, IBehavior<OrderTransactionState, TMessage> next)
        where TException : Exception
        => next.Faulted(context);
}
