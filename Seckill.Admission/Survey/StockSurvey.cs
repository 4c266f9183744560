using System.Globalization;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Rebuild;
using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Contracts;

using StackExchange.Redis;

namespace Seckill.Admission.Survey;

/// <summary>Looks at the stock and the write-ahead entries of every watched activity, for <see cref="SurveyMetrics"/>.</summary>
sealed class StockSurvey(
    StockWatch watch, StockAdmission admission, RedisConnections connections, SurveyMetrics metrics, IOptions<AdmissionOptions> options, TimeProvider time,
    ILogger<StockSurvey> logger) : BackgroundService
{
    /// <summary>
    /// Entries of an activity whose age is looked at. They lie in the order in which the relay has to look at them, so one that nobody takes up comes to the
    /// front before each of its turns.
    /// </summary>
    const int EntriesLookedAt = 1000;

    /// <summary>Looks that may be missed before their numbers are taken for old.</summary>
    const int LooksMissed = 3;

    readonly TimeSpan _interval = TimeSpan.FromMilliseconds(options.Value.SurveyPollMilliseconds);
    bool _failing;

    /// <summary>Looks once.</summary>
    /// <exception cref="Exception">Redis or MySQL did not answer.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var activities = (await watch.ActivitiesAsync(cancellationToken).ConfigureAwait(false)).OrderDescending().ToList();
        var skus = new List<SkuCount>();
        var (entries, oldest) = (0L, TimeSpan.Zero);
        foreach (var activityId in activities)
        {
            if (await admission.ReadStockAsync(activityId, cancellationToken).ConfigureAwait(false) is { } stock)
                skus.AddRange(stock.Skus.OrderBy(x => x.Key).Select(x => Count(activityId, x.Key, x.Value)));
            var (count, age) = await ReadEntriesAsync(activityId, cancellationToken).ConfigureAwait(false);
            entries += count;
            oldest = age > oldest ? age : oldest;
        }

        metrics.Note(new SurveyLook(skus, entries, oldest), _interval * LooksMissed);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
                _failing = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Once for each outage.
                logger.Log(_failing ? LogLevel.Debug : LogLevel.Warning, exception, "The stock in Redis could not be measured; trying again");
                _failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    async Task<(long Count, TimeSpan OldestAge)> ReadEntriesAsync(long activityId, CancellationToken cancellationToken)
    {
        var database = await connections.Stock.DatabaseAsync().ConfigureAwait(false);
        var pending = new StockKeys(activityId).Pending;
        var count = database.SortedSetLengthAsync(pending);
        var first = database.SortedSetRangeByRankAsync(pending, 0, EntriesLookedAt - 1);
        await Task.WhenAll(count, first).WaitAsync(options.Value.RedisTimeout, cancellationToken).ConfigureAwait(false);
        return (await count.ConfigureAwait(false), OldestAge(await first.ConfigureAwait(false)));
    }

    TimeSpan OldestAge(RedisValue[] orderIds)
    {
        var now = time.GetUtcNow();
        var age = orderIds.Select(x => Guid.TryParse((string?)x, out var id) ? now - OrderIds.TimeOf(id) : null).Max() ?? TimeSpan.Zero;
        // The id was made by another clock.
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    static SkuCount Count(long activityId, long skuId, SkuStock stock) => new(
        activityId.ToString(CultureInfo.InvariantCulture), skuId.ToString(CultureInfo.InvariantCulture), stock.Available, stock.Reserved, stock.Sold);
}
