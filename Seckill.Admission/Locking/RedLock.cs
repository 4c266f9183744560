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
sealed class RedLock : IDistributedLock
{
    const double DriftFactor = 0.01;
    const double DriftMilliseconds = 2;

    // An owner is nobody else's, in this process and in any other; drawing random numbers for each lock would cost system calls.
    static readonly string Process = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    static long s_owners;

    /// <summary>What is put before each script of the locks.</summary>
    internal static readonly string Prelude = Read("arguments") + "\n" + Read("lock");

    static readonly RedisScript Acquire = Load("lock_acquire");
    static readonly RedisScript Raise = Load("lock_raise");
    static readonly RedisScript Extend = Load("lock_extend");
    static readonly RedisScript Release = Load("lock_release");

    readonly TimeSpan _masterTimeout;
    readonly TimeProvider _time;
    readonly ILogger<RedLock> _logger;
    readonly IReadOnlyList<Master> _masters;

    public RedLock(RedisConnections connections, IOptions<AdmissionOptions> options, TimeProvider time, ILogger<RedLock> logger)
    {
        // There is no other master to turn to from a lone one: giving up early would only ask the same server again, which has too much to do already.
        _masterTimeout = connections.Locks.Count == 1
            ? options.Value.RedisTimeout
            : TimeSpan.FromMilliseconds(options.Value.LockMasterTimeoutMilliseconds);
        _time = time;
        _logger = logger;
        var fenceMilliseconds = options.Value.LockFenceSeconds * 1000L;
        _masters = [.. connections.Locks.Select((x, number) => new Master(x, number, fenceMilliseconds, _masterTimeout, options.Value.RedisTimeout, time))];
    }

    int Quorum => (_masters.Count / 2) + 1;

    public async Task<ILockLease?> TryAcquireAsync(string resource, TimeSpan expiry, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        ArgumentOutOfRangeException.ThrowIfLessThan(expiry, TimeSpan.FromMilliseconds(10));

        var claim = new Claim(resource, string.Create(CultureInfo.InvariantCulture, $"{Process}:{Interlocked.Increment(ref s_owners)}"), _masters.Count);
        var begun = _time.GetTimestamp();
        try
        {
            var token = await DrawTokenAsync(claim, expiry, cancellationToken).ConfigureAwait(false);
            if (token is { } granted && ValidUntil(begun, expiry) is { } until)
                return new Lease(this, claim, granted, until);
        }
        catch
        {
            // Masters that let it in would keep the lock for nobody until it expires.
            await ReleaseAsync(claim).ConfigureAwait(false);
            throw;
        }

        await ReleaseAsync(claim).ConfigureAwait(false);
        return null;
    }

    async Task<long?> DrawTokenAsync(Claim claim, TimeSpan expiry, CancellationToken cancellationToken)
    {
        var milliseconds = (long)expiry.TotalMilliseconds;
        var drawn = await AskAllAsync(Take, claim.Resource, expiry, cancellationToken).ConfigureAwait(false);
        var (token, granted, agreed) = (0L, 0, 0);
        foreach (var answer in drawn)
        {
            if (answer.IsNull)
                continue;

            var drawnToken = long.Parse((string)answer!, CultureInfo.InvariantCulture);
            granted++;
            if (drawnToken > token)
                (token, agreed) = (drawnToken, 1);
            else if (drawnToken == token)
                agreed++;
        }

        if (granted < Quorum)
            return null;
        if (agreed >= Quorum)
            return token;

        // The next holder's majority shares a master with this one's: once a majority knows the highest token, it draws a higher one.
        var raised = await AskAllAsync(x => x.Raise.AskAsync(milliseconds, claim.Keys, [claim.Owner, token]), claim.Resource, expiry, cancellationToken)
            .ConfigureAwait(false);
        return raised.Count(x => x == 1) >= Quorum ? token : null;

        Task<RedisResult> Take(Master master) => claim.Begun(master, master.Acquire.AskAsync(milliseconds, claim.Keys, [claim.Owner]));
    }

    async Task<DateTimeOffset?> ExtendAsync(Claim claim, TimeSpan expiry, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        var milliseconds = (long)expiry.TotalMilliseconds;
        var answers = await AskAllAsync(x => x.Extend.AskAsync(milliseconds, claim.Keys, [claim.Owner]), claim.Resource, expiry, cancellationToken)
            .ConfigureAwait(false);
        return answers.Count(x => x == 1) >= Quorum ? ValidUntil(begun, expiry) : null;
    }

    async Task ReleaseAsync(Claim claim)
    {
        await AskAllAsync(Free, claim.Resource, _masterTimeout * 4, CancellationToken.None).ConfigureAwait(false);

        async Task<RedisResult> Free(Master master)
        {
            // A call to take the lock that has no answer yet may wait behind others; overtaken by this one it would take the lock for nobody, until it expires.
            await claim.TakenAsync(master).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await master.Release.AskAsync(0, [claim.Resource], [claim.Owner]).ConfigureAwait(false);
        }
    }

    /// <summary>The end of the lease by the slowest clock that is allowed for; null when it has passed already.</summary>
    DateTimeOffset? ValidUntil(long begun, TimeSpan expiry)
    {
        var drift = (expiry * DriftFactor) + TimeSpan.FromMilliseconds(DriftMilliseconds);
        var left = expiry - _time.GetElapsedTime(begun) - drift;
        return left > TimeSpan.Zero ? _time.GetUtcNow() + left : null;
    }

    /// <summary>The answers of those masters that gave one in time.</summary>
    async Task<IReadOnlyList<RedisValue>> AskAllAsync(
        Func<Master, Task<RedisResult>> ask, string resource, TimeSpan expiry, CancellationToken cancellationToken)
    {
        // A master that is slow must not use up the lease of those that are not.
        var timeout = expiry / 4 < _masterTimeout ? expiry / 4 : _masterTimeout;
        if (_masters is [var lone])
            return await AskAsync(lone).ConfigureAwait(false) is { } answer ? [answer] : [];

        var answers = await Task.WhenAll(_masters.Select(AskAsync)).ConfigureAwait(false);
        return answers.Where(x => x.HasValue).Select(x => x!.Value).ToList();

        async Task<RedisValue?> AskAsync(Master master)
        {
            try
            {
                // The call has this time-out itself; where it is short enough, a timer for each lock would be one too many.
                var asked = ask(master);
                return (RedisValue)await (timeout < _masterTimeout || _masters.Count > 1 ? asked.WaitAsync(timeout, cancellationToken) : asked.WaitAsync(cancellationToken))
                    .ConfigureAwait(false);
            }
            catch (Exception exception) when (RedisFaults.IsTransient(exception) || (_masters.Count > 1 && exception is not OperationCanceledException))
            {
                // One of several that refuses, whatever its reason, is a minority that the others make up for.
                _logger.LogDebug(exception, "Lock master {Master} did not answer about {Resource}", master.Name, resource);
                return null;
            }
        }
    }

    static RedisScript Load(string name) => GroupedScript.Wrap(name, Read(name), Prelude);

    static string Read(string name) => EmbeddedScript.Read(typeof(RedLock).Assembly, name + ".lua");

    /// <summary>One caller's claim to a lock, and its calls to take it.</summary>
    sealed class Claim(string resource, string owner, int masters)
    {
        readonly Task?[] _calls = new Task?[masters];

        public string Resource => resource;

        public string Owner => owner;

        public RedisKey[] Keys { get; } = [resource, resource + ":fence"];

        public Task<RedisResult> Begun(Master master, Task<RedisResult> call)
        {
            _calls[master.Number] = call;
            return call;
        }

        /// <summary>Ends when the master has answered, or can't be going to.</summary>
        public Task TakenAsync(Master master) => _calls[master.Number] ?? Task.CompletedTask;
    }

    /// <summary>
    /// A master's scripts, grouped by the expiry in milliseconds. To give a lock back may take longer than its caller
    /// waits for it: given up, it would leave the lock to nobody until it expires.
    /// </summary>
    sealed class Master(RedisConnection connection, int number, long fenceMilliseconds, TimeSpan timeout, TimeSpan releaseTimeout, TimeProvider time)
    {
        public int Number => number;

        public string Name => connection.Name;

        public GroupedScript<long> Acquire { get; } = New(connection, RedLock.Acquire, x => [x, fenceMilliseconds], timeout, time);

        public GroupedScript<long> Raise { get; } = New(connection, RedLock.Raise, x => [x, fenceMilliseconds], timeout, time);

        public GroupedScript<long> Extend { get; } = New(connection, RedLock.Extend, x => [x, fenceMilliseconds], timeout, time);

        public GroupedScript<long> Release { get; } = New(connection, RedLock.Release, _ => [], releaseTimeout, time);

        static GroupedScript<long> New(
            RedisConnection connection, RedisScript script, Func<long, RedisValue[]> settings, TimeSpan timeout, TimeProvider time)
            => new(connection, script, _ => [], settings, timeout, time);
    }

    sealed class Lease(RedLock owner, Claim claim, long token, DateTimeOffset validUntil) : ILockLease
    {
        public string Resource => claim.Resource;

        public long FencingToken => token;

        public DateTimeOffset ValidUntil { get; private set; } = validUntil;

        public async Task<bool> ExtendAsync(TimeSpan expiry, CancellationToken cancellationToken = default)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(expiry, TimeSpan.FromMilliseconds(10));
            if (await owner.ExtendAsync(claim, expiry, cancellationToken).ConfigureAwait(false) is not { } until)
                return false;

            ValidUntil = until;
            return true;
        }

        public async ValueTask DisposeAsync() => await owner.ReleaseAsync(claim).ConfigureAwait(false);
    }
}
