using System.Globalization;
using System.Security.Cryptography;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Ledger;

using StackExchange.Redis;

namespace Seckill.Admission.Locking;

/// <summary>
/// RedLock over one or more independent Redis masters: whoever is let in by more than half of them within the expiry holds the lock.
/// Why the tokens rise, and what is assumed of clocks: docs/decisions/0004-redlock.md.
/// </summary>
sealed class RedLock(
    RedisConnections connections, IOptions<AdmissionOptions> options, TimeProvider time, ILogger<RedLock> logger) : IDistributedLock
{
    const double DriftFactor = 0.01;
    const double DriftMilliseconds = 2;

    static readonly RedisScript Acquire = Load("lock_acquire");
    static readonly RedisScript Raise = Load("lock_raise");
    static readonly RedisScript Extend = Load("lock_extend");
    static readonly RedisScript Release = Load("lock_release");

    readonly TimeSpan _masterTimeout = TimeSpan.FromMilliseconds(options.Value.LockMasterTimeoutMilliseconds);
    readonly long _fenceMilliseconds = options.Value.LockFenceSeconds * 1000L;

    IReadOnlyList<RedisConnection> Masters => connections.Locks;

    int Quorum => (Masters.Count / 2) + 1;

    public async Task<ILockLease?> TryAcquireAsync(string resource, TimeSpan expiry, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        ArgumentOutOfRangeException.ThrowIfLessThan(expiry, TimeSpan.FromMilliseconds(10));

        var owner = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var begun = time.GetTimestamp();
        try
        {
            var token = await DrawTokenAsync(resource, owner, expiry, cancellationToken).ConfigureAwait(false);
            if (token is { } granted && ValidUntil(begun, expiry) is { } until)
                return new Lease(this, resource, owner, granted, until);
        }
        catch (OperationCanceledException)
        {
            await ReleaseAsync(resource, owner).ConfigureAwait(false);
            throw;
        }

        await ReleaseAsync(resource, owner).ConfigureAwait(false);
        return null;
    }

    async Task<long?> DrawTokenAsync(string resource, string owner, TimeSpan expiry, CancellationToken cancellationToken)
    {
        var milliseconds = (long)expiry.TotalMilliseconds;
        var drawn = await AskAllAsync(Acquire, Keys(resource), [owner, milliseconds, _fenceMilliseconds], expiry, cancellationToken)
            .ConfigureAwait(false);
        var tokens = drawn.Where(x => !x.IsNull).Select(x => long.Parse((string)x!, CultureInfo.InvariantCulture)).ToList();
        if (tokens.Count < Quorum)
            return null;

        var token = tokens.Max();
        if (tokens.Count(x => x == token) >= Quorum)
            return token;

        // The next holder's majority shares a master with this one's: once a majority knows the highest token, it draws a higher one.
        var raised = await AskAllAsync(Raise, Keys(resource), [owner, token, milliseconds, _fenceMilliseconds], expiry, cancellationToken)
            .ConfigureAwait(false);
        return raised.Count(x => x == 1) >= Quorum ? token : null;
    }

    async Task<DateTimeOffset?> ExtendAsync(string resource, string owner, TimeSpan expiry, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var answers = await AskAllAsync(
                Extend, Keys(resource), [owner, (long)expiry.TotalMilliseconds, _fenceMilliseconds], expiry, cancellationToken)
            .ConfigureAwait(false);
        return answers.Count(x => x == 1) >= Quorum ? ValidUntil(begun, expiry) : null;
    }

    async Task ReleaseAsync(string resource, string owner)
        => await AskAllAsync(Release, [resource], [owner], _masterTimeout * 4, CancellationToken.None).ConfigureAwait(false);

    /// <summary>The end of the lease by the slowest clock that is allowed for; null when it has passed already.</summary>
    DateTimeOffset? ValidUntil(long begun, TimeSpan expiry)
    {
        var drift = (expiry * DriftFactor) + TimeSpan.FromMilliseconds(DriftMilliseconds);
        var left = expiry - time.GetElapsedTime(begun) - drift;
        return left > TimeSpan.Zero ? time.GetUtcNow() + left : null;
    }

    /// <summary>The answers of those masters that gave one in time.</summary>
    async Task<IReadOnlyList<RedisValue>> AskAllAsync(
        RedisScript script, RedisKey[] keys, RedisValue[] arguments, TimeSpan expiry, CancellationToken cancellationToken)
    {
        // A master that is slow must not use up the lease of those that are not.
        var timeout = expiry / 4 < _masterTimeout ? expiry / 4 : _masterTimeout;
        var answers = await Task.WhenAll(Masters.Select(AskAsync)).ConfigureAwait(false);
        return answers.Where(x => x.HasValue).Select(x => x!.Value).ToList();

        async Task<RedisValue?> AskAsync(RedisConnection master)
        {
            try
            {
                var database = await master.DatabaseAsync().AsTask().WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
                return (RedisValue)await script.EvaluateAsync(database, keys, arguments, timeout, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (RedisFaults.IsTransient(exception))
            {
                logger.LogDebug(exception, "Lock master {Master} did not answer about {Resource}", master.Name, keys[0]);
                return null;
            }
        }
    }

    static RedisKey[] Keys(string resource) => [resource, resource + ":fence"];

    static RedisScript Load(string name) => new(EmbeddedScript.Read(typeof(RedLock).Assembly, name + ".lua"));

    sealed class Lease(RedLock owner, string resource, string ownerId, long token, DateTimeOffset validUntil) : ILockLease
    {
        public string Resource => resource;

        public long FencingToken => token;

        public DateTimeOffset ValidUntil { get; private set; } = validUntil;

        public async Task<bool> ExtendAsync(TimeSpan expiry, CancellationToken cancellationToken = default)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(expiry, TimeSpan.FromMilliseconds(10));
            if (await owner.ExtendAsync(resource, ownerId, expiry, cancellationToken).ConfigureAwait(false) is not { } until)
                return false;

            ValidUntil = until;
            return true;
        }

        public async ValueTask DisposeAsync() => await owner.ReleaseAsync(resource, ownerId).ConfigureAwait(false);
    }
}
