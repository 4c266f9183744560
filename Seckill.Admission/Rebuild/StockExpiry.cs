using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Ledger.Catalog;

using StackExchange.Redis;

namespace Seckill.Admission.Rebuild;

/// <summary>
/// Says when the stock of an activity leaves Redis: after the last moment at which anybody looks after it. Counters, buyers and what a rebuild counts go
/// together; the write-ahead entries stay, for they are of orders that nobody has decided. Who needs the stock later has it rebuilt.
/// </summary>
sealed class StockExpiry(RedisConnections connections, IOptions<AdmissionOptions> options, TimeProvider time)
{
    /// <summary>Longer than clocks differ and passes are late; and so long at most what was rebuilt after its time stays.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromDays(1);

    const int ChunkActivities = 500;

    readonly AdmissionOptions _options = options.Value;

    /// <summary>Sets it by the windows as they are in the catalogue now. What is past its time goes at once.</summary>
    public async Task SetAsync(IEnumerable<Activity> activities, CancellationToken cancellationToken)
    {
        foreach (var chunk in activities.Chunk(ChunkActivities))
            await ExpireAsync(chunk.Select(x => (x.ActivityId, EndOf(x))), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sets it for stock that is being rebuilt, which somebody needs, maybe long after its time.</summary>
    public Task SetRebuiltAsync(Activity activity, CancellationToken cancellationToken)
    {
        var (end, earliest) = (EndOf(activity), time.GetUtcNow() + Margin);
        return ExpireAsync([(activity.ActivityId, end > earliest ? end : earliest)], cancellationToken);
    }

    /// <summary>The end of the calendar for an activity that never ends.</summary>
    DateTimeOffset EndOf(Activity activity)
    {
        var kept = TimeSpan.FromSeconds(activity.PaymentWindowSeconds) + TimeSpan.FromDays(_options.WatchEntriesDays) + Margin;
        return activity.ClosesAt < DateTimeOffset.MaxValue - kept ? activity.ClosesAt + kept : DateTimeOffset.MaxValue;
    }

    async Task ExpireAsync(IEnumerable<(long ActivityId, DateTimeOffset End)> activities, CancellationToken cancellationToken)
    {
        var database = await connections.Stock.DatabaseAsync().ConfigureAwait(false);
        await Task.WhenAll(activities.Select(x => ExpireAsync(database, new StockKeys(x.ActivityId), x.End.UtcDateTime)))
            .WaitAsync(_options.RedisTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All or none: scripts must not find half of what belongs together.</summary>
    static Task<bool> ExpireAsync(IDatabase database, StockKeys keys, DateTime end)
    {
        var transaction = database.CreateTransaction();
        foreach (var key in keys.Counted)
            _ = transaction.KeyExpireAsync(key, end);
        return transaction.ExecuteAsync();
    }
}
