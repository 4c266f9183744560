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
            await RunAsync(context);
        await next.Execute(context);
    }

    /// <summary>What the step needs is with the instance: asked of the context it would be looked for in each of the contexts that stand around the message, one in another.</summary>
    Task RunAsync(BehaviorContext<OrderTransactionState, TMessage> context)
        => step.RunAsync(context.Saga, context.Message, TransactionStep.GuardOf(context.Saga).Cancellation);

    async Task RunTracedAsync(BehaviorContext<OrderTransactionState, TMessage> context)
    {
        using var span = OrderTrace.StartInside(step.SpanName, ActivityKind.Client);
        try
        {
            await RunAsync(context);
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
