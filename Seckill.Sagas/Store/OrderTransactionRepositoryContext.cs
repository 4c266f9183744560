using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;

using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Store;

/// <summary>
/// The saga store's view of one message. A new instance is not written here: its activities write it, together with its order and stock,
/// in one group commit, and the duplicate key of that write is the dedupe. So nothing is left to do at the end but to check that
/// nothing was left unwritten.
/// </summary>
sealed class OrderTransactionRepositoryContext<TMessage> :
    ConsumeContextScope<TMessage>,
    SagaRepositoryContext<OrderTransactionState, TMessage>
    where TMessage : class
{
    readonly TransactionLedger _ledger;
    readonly TransactionGuard _guard;
    readonly bool _mayInsert;

    public OrderTransactionRepositoryContext(ConsumeContext<TMessage> context, TransactionLedger ledger, TransactionGuard guard, bool mayInsert)
        : base(context)
    {
        _ledger = ledger;
        _guard = guard;
        _mayInsert = mayInsert;
    }

    public Task<SagaConsumeContext<OrderTransactionState, TMessage>> Add(OrderTransactionState instance) => Wrap(instance);

    public Task<SagaConsumeContext<OrderTransactionState, TMessage>> Insert(OrderTransactionState instance)
        => _mayInsert ? Wrap(instance) : Task.FromResult<SagaConsumeContext<OrderTransactionState, TMessage>>(null!);

    public async Task<SagaConsumeContext<OrderTransactionState, TMessage>> Load(Guid correlationId)
    {
        var instance = await _ledger.LoadAsync(correlationId, CancellationToken);
        return instance is null ? null! : await Wrap(instance);
    }

    public Task Save(SagaConsumeContext<OrderTransactionState> context) => EnsureStored(context);

    public Task Update(SagaConsumeContext<OrderTransactionState> context) => EnsureStored(context);

    public Task Delete(SagaConsumeContext<OrderTransactionState> context)
        => throw new NotSupportedException("Transactions are never deleted: they are the books");

    public Task Discard(SagaConsumeContext<OrderTransactionState> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<OrderTransactionState> context) => Task.CompletedTask;

    public Task<SagaConsumeContext<OrderTransactionState, T>> CreateSagaConsumeContext<T>(
        ConsumeContext<T> consumeContext, OrderTransactionState instance, SagaConsumeContextMode mode)
        where T : class
        => Task.FromResult<SagaConsumeContext<OrderTransactionState, T>>(
            new DefaultSagaConsumeContext<OrderTransactionState, T>(consumeContext, instance));

    Task<SagaConsumeContext<OrderTransactionState, TMessage>> Wrap(OrderTransactionState instance)
    {
        instance.Guard = _guard;
        return CreateSagaConsumeContext<TMessage>(this, instance, SagaConsumeContextMode.Load);
    }

    static Task EnsureStored(SagaConsumeContext<OrderTransactionState> context)
    {
        var instance = context.Saga;
        return instance.CurrentState == instance.StoredState
            ? Task.CompletedTask
            : throw new InvalidOperationException(
                $"Transaction {instance.CorrelationId} went from {instance.StoredState ?? "nothing"} to {instance.CurrentState} without being saved");
    }
}
