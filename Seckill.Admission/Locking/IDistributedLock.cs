namespace Seckill.Admission.Locking;

/// <summary>Locks that hold across processes, each with an expiry, an owner and a fencing token.</summary>
public interface IDistributedLock
{
    /// <summary>Tries once to take the lock; null when somebody else holds it or no quorum could be had in time.</summary>
    /// <param name="resource">What is locked, the prefix included: <c>global_tx_lock:{orderId}</c>.</param>
    /// <param name="expiry">After this the lock is free again by itself, unless it was extended.</param>
    /// <param name="cancellationToken">Ends the wait for the masters' answers.</param>
    Task<ILockLease?> TryAcquireAsync(string resource, TimeSpan expiry, CancellationToken cancellationToken = default);
}

/// <summary>A lock that is held. Disposing of it releases it.</summary>
public interface ILockLease : IAsyncDisposable
{
    /// <summary>What is locked.</summary>
    string Resource { get; }

    /// <summary>
    /// Higher than that of every earlier holder of the same resource. It goes with each write that the lock protects, and a store that
    /// has seen a higher one refuses the write.
    /// </summary>
    long FencingToken { get; }

    /// <summary>Until when the holder may count on the lock, clock drift taken off.</summary>
    DateTimeOffset ValidUntil { get; }

    /// <summary>Asks for more time; false when the lock was lost, and then nothing may be written under it any more.</summary>
    Task<bool> ExtendAsync(TimeSpan expiry, CancellationToken cancellationToken = default);
}
