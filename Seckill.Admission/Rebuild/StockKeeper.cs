using System.Collections.Concurrent;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;

namespace Seckill.Admission.Rebuild;

/// <summary>
/// Keeps the stock of every watched activity in Redis: warms it up before it opens, and rebuilds it after Redis was restarted, because a
/// restart may have lost the last second or everything.
/// </summary>
sealed class StockKeeper(
    IStockWarmUp warmUp, StockWatch watch, StockDemand demand, RedisConnections connections, IOptions<AdmissionOptions> options,
    TimeProvider time, ILogger<StockKeeper> logger) : BackgroundService
{
    bool _failing;

    /// <summary>Looks once; returns the activities that were warmed up or rebuilt.</summary>
    /// <exception cref="AggregateException">Some could not be, the others were.</exception>
    public async Task<IReadOnlyList<long>> LookAsync(CancellationToken cancellationToken)
    {
        var watched = await watch.ActivitiesAsync(cancellationToken).ConfigureAwait(false);
        var missing = await MissingAsync(watched.Union(demand.Take()).ToList(), cancellationToken).ConfigureAwait(false);
        var (done, faults) = (new ConcurrentQueue<long>(), new ConcurrentQueue<Exception>());
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = options.Value.RebuildsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(missing, atOnce, async (activityId, token) =>
        {
            try
            {
                // In its turn: another process may have been faster, and one that is open must not be closed to be rebuilt.
                if (await MissingAsync([activityId], token).ConfigureAwait(false) is [_]
                    && await warmUp.WarmUpAsync(activityId, token).ConfigureAwait(false) == WarmUpOutcome.Done)
                    done.Enqueue(activityId);
            }
            catch (Exception exception) when (!token.IsCancellationRequested)
            {
                // The others must not wait for one that does not get well.
                faults.Enqueue(exception);
            }
        }).ConfigureAwait(false);

        return faults.IsEmpty ? [.. done] : throw new AggregateException(faults);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.KeeperPollMilliseconds), time);
        do
        {
            try
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
                _failing = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Once for each outage, not once a second.
                logger.Log(_failing ? LogLevel.Debug : LogLevel.Warning, exception, "Stock in Redis could not be looked after; trying again");
                _failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    async Task<IReadOnlyList<long>> MissingAsync(List<long> activityIds, CancellationToken cancellationToken)
    {
        if (activityIds.Count == 0)
            return [];

        var runId = await connections.Stock.RunIdAsync().ConfigureAwait(false);
        var database = await connections.Stock.DatabaseAsync().ConfigureAwait(false);
        var metas = await Task.WhenAll(activityIds.Select(x => database.HashGetAsync(new StockKeys(x).Meta, ["phase", "run_id"])))
            .WaitAsync(options.Value.RedisTimeout, cancellationToken).ConfigureAwait(false);
        return activityIds.Where((_, i) => metas[i][0] != "open" || metas[i][1] != runId).ToList();
    }
}
