using Seckill.Admission.Locking;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Transactions;

public sealed class TransactionGuard_Specs
{
    [Fact]
    public async Task Should_not_go_on_under_a_lock_that_expired_and_is_somebody_elses()
    {
        await using var guard = Begin(new ExpiredLocks(CanBeExtended: false));

        await Should.ThrowAsync<TransactionLockedException>(() => guard.HoldAsync(new OrderTransactionState()).AsTask());
    }

    [Fact]
    public async Task Should_put_the_token_into_the_instance()
    {
        await using var guard = Begin(new ExpiredLocks(CanBeExtended: true));
        var instance = new OrderTransactionState { FencingToken = 1 };

        await guard.HoldAsync(instance);

        instance.FencingToken.ShouldBe(ExpiredLocks.Token);
    }

    [Fact]
    public async Task Should_not_wait_longer_than_allowed()
    {
        var locks = new ProcessLocks();
        var options = new TransactionOptions { LockWaitSeconds = 0 };
        var order = Guid.NewGuid();
        await using var first = TransactionGuard.Begin(locks, options, TimeProvider.System, order, CancellationToken.None);
        await first.HoldAsync(new OrderTransactionState());
        await using var second = TransactionGuard.Begin(locks, options, TimeProvider.System, order, CancellationToken.None);

        await Should.ThrowAsync<TransactionLockedException>(() => second.HoldAsync(new OrderTransactionState()).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    static TransactionGuard Begin(IDistributedLock locks)
        => TransactionGuard.Begin(locks, new TransactionOptions(), TimeProvider.System, Guid.NewGuid(), CancellationToken.None);

    /// <summary>Locks that have expired when they are had.</summary>
    sealed record ExpiredLocks(bool CanBeExtended) : IDistributedLock
    {
        public const long Token = 42;

        public Task<ILockLease?> TryAcquireAsync(string resource, TimeSpan expiry, CancellationToken cancellationToken = default)
            => Task.FromResult<ILockLease?>(new Lease(resource, CanBeExtended));

        sealed record Lease(string Resource, bool CanBeExtended) : ILockLease
        {
            public long FencingToken => Token;

            public DateTimeOffset ValidUntil => DateTimeOffset.UtcNow.AddSeconds(-1);

            public Task<bool> ExtendAsync(TimeSpan expiry, CancellationToken cancellationToken = default) => Task.FromResult(CanBeExtended);

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
