using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Ledger.Catalog;

namespace Seckill.Admission.Rebuild;

/// <summary>Which activities' stock has to be in Redis.</summary>
sealed class StockWatch(ActivityCatalog catalog, RedisConnections connections, IOptions<AdmissionOptions> options, TimeProvider time)
{
    readonly AdmissionOptions _options = options.Value;

    /// <summary>
    /// Activities that open soon, are open, or closed so lately that their orders may still be undecided or unpaid; and any that closed
    /// longer ago but has write-ahead entries. Those that buyers wait for come first: on sale, then to be, then over; of each those that open or opened nearest to now.
    /// </summary>
    public async Task<IReadOnlyList<long>> ActivitiesAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var known = await catalog.ListAsync(now.AddDays(-_options.WatchEntriesDays), cancellationToken).ConfigureAwait(false);
        var begun = known.Where(x => x.Skus.Count > 0 && x.OpensAt <= now.AddMinutes(_options.WarmUpLeadMinutes)).ToLookup(x => IsCurrent(x, now));
        var old = begun[false].Select(x => x.ActivityId).ToList();
        var entries = old.Count == 0 ? [] : await CountEntriesAsync(old, cancellationToken).ConfigureAwait(false);
        return [.. begun[true].OrderBy(x => Rank(x, now)).ThenBy(x => (x.OpensAt - now).Duration()).Select(x => x.ActivityId), .. old.Where((_, i) => entries[i] > 0)];
    }

    // Counted back from now: nothing can be added to the end of an activity that closes with the calendar.
    bool IsCurrent(Activity activity, DateTimeOffset now)
        => activity.ClosesAt > now.AddHours(-_options.WatchAfterCloseHours).AddSeconds(-activity.PaymentWindowSeconds);

    static int Rank(Activity activity, DateTimeOffset now) => activity.ClosesAt <= now ? 2 : activity.OpensAt > now ? 1 : 0;

    async Task<long[]> CountEntriesAsync(IEnumerable<long> activityIds, CancellationToken cancellationToken)
    {
        var database = await connections.Stock.DatabaseAsync().ConfigureAwait(false);
        return await Task.WhenAll(activityIds.Select(x => database.SortedSetLengthAsync(new StockKeys(x).Pending)))
            .WaitAsync(_options.RedisTimeout, cancellationToken).ConfigureAwait(false);
    }
}
