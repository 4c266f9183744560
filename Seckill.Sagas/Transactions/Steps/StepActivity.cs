using MassTransit;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Runs a step as an activity of the machine.</summary>
sealed class StepActivity<TMessage>(TransactionStep step) : IStateMachineActivity<OrderTransactionState, TMessage>
    where TMessage : class
{
    public void Probe(ProbeContext context) => context.CreateScope(step.Name);

    public void Accept(StateMachineVisitor visitor) => visitor.Visit(this);

    public async Task Execute(BehaviorContext<OrderTransactionState, TMessage> context, IBehavior<OrderTransactionState, TMessage> next)
    {
        await step.RunAsync(context, context.Message);
        await next.Execute(context);
    }

    public Task Faulted<TException>(
        BehaviorExceptionContext<OrderTransactionState, TMessage, TException> context, IBehavior<OrderTransactionState, TMessage> next)
        where TException : Exception
        => next.Faulted(context);
}
