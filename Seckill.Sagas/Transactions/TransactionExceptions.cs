namespace Seckill.Sagas.Transactions;

/// <summary>A transaction was begun that MySQL has already: this is a repeat, to be handled by the one that is there.</summary>
public sealed class TransactionExistsException(Guid orderId) : Exception($"Transaction {orderId} exists already")
{
    /// <summary>The order.</summary>
    public Guid OrderId { get; } = orderId;
}

/// <summary>Somebody else changed the transaction since it was loaded: load it again and look.</summary>
public sealed class TransactionConflictException(Guid orderId) : Exception($"Transaction {orderId} was changed by somebody else")
{
    /// <summary>The order.</summary>
    public Guid OrderId { get; } = orderId;
}

/// <summary>Another actor holds the transaction's lock, or the lock could not be had from a quorum. It passes: try again.</summary>
public sealed class TransactionLockedException(Guid orderId)
    : Exception($"Transaction {orderId} is locked by another actor, or no quorum of lock masters answered")
{
    /// <summary>The order.</summary>
    public Guid OrderId { get; } = orderId;
}
