using System.Diagnostics;

using MassTransit;

using Seckill.Contracts;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>Runs a step as an activity of the machine.</summary>
sealed class StepActivity<TMessage>(TransactionStep step) : IStateMachineActivity<OrderTransactionState, TMessage>
    where TMessage : class
{
    public void Probe(ProbeContext context) => context.CreateScope(step.Name);

    public void Accept(StateMachineVisitor visitor) => visitor.Visit(this);

    public async Task Execute(BehaviorContext<OrderTransactionState, TMessage> context, IBehavior<OrderTransactionState, TMessage> next)
    {
        if (OrderTrace.IsTraced)
            await RunTracedAsync(context);
        else
            await step.RunAsync(context, context.Message);
        await next.Execute(context);
    }

    async Task RunTracedAsync(BehaviorContext<OrderTransactionState, TMessage> context)
    {
        using var span = OrderTrace.StartInside(step.SpanName, ActivityKind.Client);
        try
        {
            await step.RunAsync(context, context.Message);
            OrderSpans.Describe(span, context.Saga);
        }
        catch (Exception exception)
        {
            OrderSpans.Failed(span, exception);
            throw;
        }
    }

    public Task Faulted<TException>(
        BehaviorExceptionContext<OrderTransactionState, TMessage, TException> context, IBehavior<OrderTransactionState, TMessage> next)
        where TException : Exception
        => next.Faulted(context);
}
