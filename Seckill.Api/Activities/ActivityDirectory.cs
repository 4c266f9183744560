using Microsoft.Extensions.Options;

using Seckill.Admission;
using Seckill.Ledger.Catalog;

namespace Seckill.Api.Activities;

/// <summary>The catalog, held in memory: no order reads it from MySQL.</summary>
sealed class ActivityDirectory
{
    static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(5);
    static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(2);

    /// <summary>A sale goes on while MySQL is away: admission needs Redis only.</summary>
    static readonly TimeSpan StaleFor = TimeSpan.FromMinutes(10);

    /// <summary>For so long after an activity closed, any order may be one of it that is on its way to MySQL.</summary>
    static readonly TimeSpan LatelyClosed = TimeSpan.FromHours(1);

    /// <summary>Nothing is added to the past, and an activity that closes is among the current ones for longer than this.</summary>
    static readonly TimeSpan PastFreshFor = TimeSpan.FromMinutes(1);

    const int Capacity = 10_000;

    readonly RefreshingCache<long, Activity?> _activities;
    readonly RefreshingCache<bool, CurrentActivities> _current;
    readonly RefreshingCache<bool, IReadOnlyList<Activity>> _remembered;
    readonly TimeProvider _clock;

    public ActivityDirectory(ActivityCatalog catalog, IOptions<AdmissionOptions> options, TimeProvider clock)
    {
        _clock = clock;
        _activities = new(id => catalog.FindAsync(id), x => x is null ? UnknownFor : FreshFor, x => x is null ? TimeSpan.Zero : StaleFor, Capacity, clock);
        _current = new(async _ =>
        {
            var now = clock.GetUtcNow();
            return new CurrentActivities(await catalog.ListAsync(now - LatelyClosed), now);
        }, _ => FreshFor, _ => StaleFor, capacity: 1, clock);
        _remembered = new(
            _ => catalog.ListAsync(clock.GetUtcNow() - options.Value.RecordsKeptAfterClose()), _ => PastFreshFor, _ => StaleFor, capacity: 1, clock);
    }

    /// <summary>One activity; null when there is none of that id.</summary>
    public ValueTask<Activity?> FindAsync(long activityId, CancellationToken cancellationToken) => _activities.GetAsync(activityId, cancellationToken);

    /// <summary>The activities that will be open, are, or were lately.</summary>
    public ValueTask<CurrentActivities> CurrentAsync(CancellationToken cancellationToken) => _current.GetAsync(true, cancellationToken);

    /// <summary>
    /// The activities that are not among the current ones and may have admitted an order at that time, whose orders Redis may know though MySQL does not.
    /// They are few, whatever time is named: those whose window it is in, or near, should the window have been changed since.
    /// </summary>
    public async ValueTask<IEnumerable<Activity>> AdmittingAtAsync(DateTimeOffset time, CancellationToken cancellationToken)
        // What was open lately is among the current ones; half of that leaves room for clocks that differ.
        => time > _clock.GetUtcNow() - (LatelyClosed / 2)
            ? []
            : (await _remembered.GetAsync(true, cancellationToken)).Where(x => x.OpensAt <= time + LatelyClosed && time - LatelyClosed < x.ClosesAt);

    public void Invalidate(long activityId)
    {
        _activities.Invalidate(activityId);
        InvalidateCurrent();
    }

    public void InvalidateCurrent() => _current.Invalidate(true);
}

/// <summary>The activities of the present, and when they were read.</summary>
sealed record CurrentActivities(IReadOnlyList<Activity> Activities, DateTimeOffset ReadAt);
