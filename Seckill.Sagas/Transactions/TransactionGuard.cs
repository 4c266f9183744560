using Seckill.Admission.Locking;

namespace Seckill.Sagas.Transactions;

/// <summary>
/// The lock on one transaction while one message is handled: the saga, the scans, recovery and an operator may meet there. The first
/// delivery of an order asks for it together with its first Redis call, so it costs no round trip of its own.
/// </summary>
sealed class TransactionGuard : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    readonly IDistributedLock _locks;
    readonly TransactionOptions _options;
    readonly TimeProvider _clock;
    readonly Guid _orderId;
    readonly Task<ILockLease> _lease;

    TransactionGuard(IDistributedLock locks, TransactionOptions options, TimeProvider clock, Guid orderId, CancellationToken cancellationToken)
    {
        _locks = locks;
        _options = options;
        _clock = clock;
        _orderId = orderId;
        Cancellation = cancellationToken;
        _lease = AcquireAsync(cancellationToken);
    }

    /// <summary>Ends the handling of the message.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Asks for the lock, and does not wait for the answer.</summary>
    public static TransactionGuard Begin(
        IDistributedLock locks, TransactionOptions options, TimeProvider clock, Guid orderId, CancellationToken cancellationToken)
        => new(locks, options, clock, orderId, cancellationToken);

    /// <summary>Waits for the lock and puts its fencing token into the instance.</summary>
    /// <exception cref="TransactionLockedException">It could not be had in time, or it expired and somebody else has it.</exception>
    public async ValueTask HoldAsync(OrderTransactionState instance)
    {
        var lease = await _lease;
        if (lease.ValidUntil <= _clock.GetUtcNow() && !await lease.ExtendAsync(Expiry))
            throw new TransactionLockedException(_orderId);

        instance.FencingToken = lease.FencingToken;
    }

    public async ValueTask DisposeAsync()
    {
        if (_lease.IsCompletedSuccessfully)
            await _lease.Result.DisposeAsync();
        else
            _ = _lease.ContinueWith(ReleaseLate, TaskScheduler.Default);
    }

    TimeSpan Expiry => TimeSpan.FromSeconds(_options.LockExpirySeconds);

    async Task<ILockLease> AcquireAsync(CancellationToken cancellationToken)
    {
        var resource = $"{_options.LockPrefix}:{_orderId:D}";
        var deadline = _clock.GetUtcNow().AddSeconds(_options.LockWaitSeconds);
        while (true)
        {
            if (await _locks.TryAcquireAsync(resource, Expiry, cancellationToken) is { } lease)
                return lease;

            if (_clock.GetUtcNow() >= deadline)
                throw new TransactionLockedException(_orderId);

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>The handler failed before the lock was there: it is given back as soon as it is. A failure to get it was its caller's.</summary>
    static async Task ReleaseLate(Task<ILockLease> lease)
    {
        if (lease.Exception is null && !lease.IsCanceled)
            await lease.Result.DisposeAsync();
    }
}
