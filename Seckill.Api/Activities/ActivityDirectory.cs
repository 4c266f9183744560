using Seckill.Ledger.Catalog;

namespace Seckill.Api.Activities;

/// <summary>The catalog, held in memory: no order reads it from MySQL.</summary>
sealed class ActivityDirectory
{
    static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);
    static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(2);

    /// <summary>A sale goes on while MySQL is away: admission needs Redis only.</summary>
    static readonly TimeSpan StaleFor = TimeSpan.FromMinutes(10);

    /// <summary>For so long after an activity closed, an order of it may still be on its way to MySQL.</summary>
    static readonly TimeSpan LatelyClosed = TimeSpan.FromHours(1);

    const int Capacity = 10_000;

    readonly RefreshingCache<long, Activity?> _activities;
    readonly RefreshingCache<bool, CurrentActivities> _current;

    public ActivityDirectory(ActivityCatalog catalog, TimeProvider clock)
    {
        _activities = new(id => catalog.FindAsync(id), x => x is null ? UnknownFor : FreshFor, x => x is null ? TimeSpan.Zero : StaleFor, Capacity, clock);
        _current = new(async _ =>
        {
            var now = clock.GetUtcNow();
            return new CurrentActivities(await catalog.ListAsync(now - LatelyClosed), now);
        }, _ => FreshFor, _ => StaleFor, capacity: 1, clock);
    }

    /// <summary>One activity; null when there is none of that id.</summary>
    public ValueTask<Activity?> FindAsync(long activityId, CancellationToken cancellationToken) => _activities.GetAsync(activityId, cancellationToken);

    /// <summary>The activities that will be open, are, or were lately.</summary>
    public ValueTask<CurrentActivities> CurrentAsync(CancellationToken cancellationToken) => _current.GetAsync(true, cancellationToken);

    public void Invalidate(long activityId)
    {
        _activities.Invalidate(activityId);
        InvalidateCurrent();
    }

    public void InvalidateCurrent() => _current.Invalidate(true);
}

/// <summary>The activities of the present, and when they were read.</summary>
sealed record CurrentActivities(IReadOnlyList<Activity> Activities, DateTimeOffset ReadAt);
