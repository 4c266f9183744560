using System.Collections.Concurrent;

namespace Seckill.Api.Identity;

/// <summary>
/// A token bucket for each caller. A bucket is filled when it is looked at, from the time that has passed, so that callers who are away cost
/// nothing; full ones are dropped.
/// </summary>
sealed class CallerBudgets(TimeProvider clock)
{
    static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<string, Bucket> _buckets = new();
    long _sweptAt = clock.GetTimestamp();

    /// <summary>Callers whose bucket is not known to be full.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes one request from a caller's budget.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="perSecond">Requests that the bucket gains a second.</param>
    /// <param name="burst">Requests that it holds.</param>
    /// <param name="retryAfter">When there is a request in it again; zero when there was one.</param>
    public bool TryTake(string caller, int perSecond, int burst, out TimeSpan retryAfter)
    {
        var now = clock.GetTimestamp();
        SweepNowAndThen(now);
        while (true)
        {
            var bucket = _buckets.GetOrAdd(caller, static (_, x) => new Bucket(x.clock, x.perSecond, x.burst), (clock, perSecond, burst));
            if (bucket.TryTake(now) is { } missing)
            {
                retryAfter = TimeSpan.FromSeconds(missing / perSecond);
                return missing == 0;
            }
        }
    }

    void SweepNowAndThen(long now)
    {
        var sweptAt = Volatile.Read(ref _sweptAt);
        if (clock.GetElapsedTime(sweptAt, now) < SweepEvery || Interlocked.CompareExchange(ref _sweptAt, now, sweptAt) != sweptAt)
            return;

        // Not on the time of the request that happened to be the one.
        ThreadPool.UnsafeQueueUserWorkItem(static x => x.Budgets.Sweep(x.Now), (Budgets: this, Now: now), preferLocal: false);
    }

    void Sweep(long now)
    {
        foreach (var (caller, bucket) in _buckets)
        {
            if (bucket.TryClose(now))
                _buckets.TryRemove(new KeyValuePair<string, Bucket>(caller, bucket));
        }
    }

    sealed class Bucket(TimeProvider clock, int perSecond, int burst)
    {
        readonly Lock _gate = new();
        double _requests = burst;
        long _filledAt;
        bool _closed;

        /// <summary>How much is missing for one request: 0 when it was taken; null when the bucket was dropped meanwhile.</summary>
        public double? TryTake(long now)
        {
            lock (_gate)
            {
                if (_closed)
                    return null;

                Fill(now);
                if (_requests < 1)
                    return 1 - _requests;

                _requests--;
                return 0;
            }
        }

        public bool TryClose(long now)
        {
            lock (_gate)
            {
                Fill(now);
                return _closed = _requests >= burst;
            }
        }

        void Fill(long now)
        {
            if (now <= _filledAt)
                return;

            if (_filledAt != 0)
                _requests = Math.Min(burst, _requests + clock.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond);
            _filledAt = now;
        }
    }
}
