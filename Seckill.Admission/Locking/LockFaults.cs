using Seckill.Faults;

namespace Seckill.Admission.Locking;

/// <summary>Locks with the fault points around them.</summary>
sealed class LockFaults(IDistributedLock locks, FaultPoints faults) : IDistributedLock
{
    public async Task<ILockLease?> TryAcquireAsync(string resource, TimeSpan expiry, CancellationToken cancellationToken = default)
    {
        await faults.PassAsync(KnownPoints.BeforeLockAcquire, cancellationToken).ConfigureAwait(false);
        if (await locks.TryAcquireAsync(resource, expiry, cancellationToken).ConfigureAwait(false) is not { } lease)
            return null;

        try
        {
            await faults.PassAsync(KnownPoints.AfterLockAcquire, cancellationToken).ConfigureAwait(false);
        }
        catch (LostReplyException)
        {
            // What a holder is told whose masters' replies were lost; that the release, too, did not reach them is the worst of it.
            return null;
        }

        return new Lease(lease, faults);
    }

    sealed class Lease(ILockLease lease, FaultPoints faults) : ILockLease
    {
        public string Resource => lease.Resource;

        public long FencingToken => lease.FencingToken;

        public DateTimeOffset ValidUntil => lease.ValidUntil;

        public Task<bool> ExtendAsync(TimeSpan expiry, CancellationToken cancellationToken = default) => lease.ExtendAsync(expiry, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await faults.PassAsync(KnownPoints.BeforeLockRelease).ConfigureAwait(false);
            await lease.DisposeAsync().ConfigureAwait(false);
            await faults.PassAsync(KnownPoints.AfterLockRelease).ConfigureAwait(false);
        }
    }
}
