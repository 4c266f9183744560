using System.Collections.Concurrent;

namespace Seckill.Api.Activities;

/// <summary>
/// Holds loaded values for a while. One caller's miss loads for all of them; a value that has gone stale is still answered while its
/// successor is being loaded, so that no burst of requests waits for a database.
/// </summary>
/// <param name="load">Loads a value.</param>
/// <param name="freshFor">How long a value counts as fresh.</param>
/// <param name="staleFor">For how long beyond that it may be answered, when its successor can't be had.</param>
/// <param name="capacity">Most keys that are held; callers choose some of them.</param>
/// <param name="clock">The clock.</param>
sealed class RefreshingCache<TKey, TValue>(
    Func<TKey, Task<TValue>> load, Func<TValue, TimeSpan> freshFor, Func<TValue, TimeSpan> staleFor, int capacity, TimeProvider clock)
    where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, Slot> _slots = new();
    int _count;

    /// <summary>Keys that are held.</summary>
    public int Count => _slots.Count;

    public ValueTask<TValue> GetAsync(TKey key, CancellationToken cancellationToken)
    {
        var slot = _slots.GetValueOrDefault(key) ?? Add(key);
        var held = slot.Held;
        if (held is null)
            return new ValueTask<TValue>(RefreshAsync(key, slot).WaitAsync(cancellationToken));

        var age = clock.GetElapsedTime(held.LoadedAt);
        if (age < held.FreshFor)
            return ValueTask.FromResult(held.Value);

        var refresh = RefreshAsync(key, slot);
        return age < held.FreshFor + staleFor(held.Value) ? ValueTask.FromResult(held.Value) : new ValueTask<TValue>(refresh.WaitAsync(cancellationToken));
    }

    /// <summary>Forgets a value; a load that is under way and may have read the old one is not kept.</summary>
    public void Invalidate(TKey key)
    {
        if (!_slots.TryGetValue(key, out var slot))
            return;

        lock (slot)
        {
            slot.Version++;
            slot.Held = null;
            slot.Loading = null;
        }
    }

    Slot Add(TKey key)
    {
        if (Interlocked.Increment(ref _count) > capacity)
        {
            // Only somebody who tries out ids gets here: everything is loaded anew, and memory stays bounded.
            _slots.Clear();
            Interlocked.Exchange(ref _count, 1);
        }

        return _slots.GetOrAdd(key, _ => new Slot());
    }

    Task<TValue> RefreshAsync(TKey key, Slot slot)
    {
        lock (slot)
        {
            if (slot.Loading is { IsCompleted: false } loading)
                return loading;

            var refresh = LoadAsync(key, slot, slot.Version);
            slot.Loading = refresh;
            // Callers that were content with the stale value do not look at the outcome.
            _ = refresh.ContinueWith(static x => x.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return refresh;
        }
    }

    async Task<TValue> LoadAsync(TKey key, Slot slot, int version)
    {
        await Task.Yield();
        var startedAt = clock.GetTimestamp();
        var value = await load(key);
        lock (slot)
        {
            if (slot.Version == version)
                slot.Held = new Held(value, startedAt, freshFor(value));
        }

        return value;
    }

    sealed class Slot
    {
        public volatile Held? Held;
        public Task<TValue>? Loading;
        public int Version;
    }

    sealed record Held(TValue Value, long LoadedAt, TimeSpan FreshFor);
}
