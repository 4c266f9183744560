using MassTransit;
using MassTransit.Saga;

using Microsoft.Extensions.Options;

using Seckill.Admission.Locking;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Store;

/// <summary>
/// Our saga repository for MySQL. Each message is handled under the transaction's lock. A message that may begin an instance is run as if
/// there were none; when its first write finds one, or another actor was faster than a write, the message is run again on what is there.
/// </summary>
sealed class OrderTransactionRepositoryContextFactory(
    TransactionLedger ledger, IDistributedLock locks, IOptions<TransactionOptions> options, TimeProvider clock)
    : ISagaRepositoryContextFactory<OrderTransactionState>
{
    /// <summary>Each lost race means that somebody else made progress; more in a row than this is left to redelivery.</summary>
    const int MaxRaces = 5;

    public void Probe(ProbeContext context) => context.Add("persistence", "mysql group commit");

    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<OrderTransactionState, T>> next)
        where T : class
    {
        var orderId = context.CorrelationId
            ?? throw new SagaException("The message names no order", typeof(OrderTransactionState), typeof(T));
        using var span = OrderSpans.Handle(context, orderId);
        await using var guard = TransactionGuard.Begin(locks, options.Value, clock, orderId, context.CancellationToken);
        var mayInsert = true;
        for (var race = 1; ; race++)
        {
            try
            {
                await next.Send(new OrderTransactionRepositoryContext<T>(context, ledger, guard, mayInsert));
                return;
            }
            catch (Exception exception) when (race <= MaxRaces && IsLostRace(exception))
            {
                mayInsert = false;
            }
            catch (Exception exception)
            {
                OrderSpans.Failed(span, exception);
                throw;
            }
        }
    }

    /// <summary>The machine wraps what its activities throw, once for each branch that they stand in.</summary>
    static bool IsLostRace(Exception exception) => exception.GetBaseException() is TransactionExistsException or TransactionConflictException;

    public Task SendQuery<T>(
        ConsumeContext<T> context, ISagaQuery<OrderTransactionState> query, IPipe<SagaRepositoryQueryContext<OrderTransactionState, T>> next)
        where T : class
        => throw new NotSupportedException("Transactions are found by order id only");
}
