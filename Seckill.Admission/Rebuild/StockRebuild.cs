using Dapper;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Locking;
using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Faults;
using Seckill.Ledger;
using Seckill.Ledger.Catalog;

namespace Seckill.Admission.Rebuild;

/// <summary>
/// Rebuilds an activity's stock: closes it under a new epoch, counts the orders of a MySQL snapshot, adopts the write-ahead entries that MySQL
/// does not know, and opens it. Why it may run beside sagas: docs/decisions/0005-admission.md.
/// </summary>
sealed class StockRebuild(
    MySqlDatabase database, ActivityCatalog catalog, RedisConnections connections, StockExpiry expiry, IDistributedLock locks, IOptions<AdmissionOptions> options,
    StockChangeNews news, FaultPoints faults, TimeProvider time, ILogger<StockRebuild> logger) : IStockWarmUp
{
    readonly AdmissionOptions _options = options.Value;

    public async Task<WarmUpOutcome> WarmUpAsync(long activityId, CancellationToken cancellationToken = default)
    {
        var activity = await catalog.FindAsync(activityId, cancellationToken).ConfigureAwait(false);
        if (activity is null or { Skus.Count: 0 })
            return WarmUpOutcome.UnknownActivity;

        await using var lease = await locks.TryAcquireAsync($"seckill:rebuild:{activityId}", Expiry, cancellationToken).ConfigureAwait(false);
        if (lease is null)
            return WarmUpOutcome.Busy;

        var begun = time.GetTimestamp();
        // Read first: should the server restart while this goes on, the keeper sees another id than the one that is noted, and does it again.
        var runId = await connections.Stock.RunIdAsync().ConfigureAwait(false);
        var rebuilt = new RebuildScripts(new StockScripts(connections, options), _options, activity,
            await NextEpochAsync(activityId, cancellationToken).ConfigureAwait(false));
        await faults.PassAsync(KnownPoints.AfterRebuildEpoch, cancellationToken).ConfigureAwait(false);
        var (done, orders, entries) = await RunAsync(rebuilt, lease, runId, cancellationToken).ConfigureAwait(false);
        if (!done)
        {
            logger.LogInformation("Rebuild of activity {ActivityId} under epoch {Epoch} was overtaken by another", activityId, rebuilt.Epoch);
            return WarmUpOutcome.Busy;
        }

        logger.LogInformation("Stock of activity {ActivityId} is in Redis under epoch {Epoch}: {Orders} orders, {Entries} entries, {Elapsed} ms",
            activityId, rebuilt.Epoch, orders, entries, (long)time.GetElapsedTime(begun).TotalMilliseconds);
        news.Tell(activityId, null, "rebuilt");
        return WarmUpOutcome.Done;
    }

    TimeSpan Expiry => TimeSpan.FromSeconds(_options.RebuildLeaseSeconds);

    async Task<(bool Done, int Orders, int Entries)> RunAsync(
        RebuildScripts rebuilt, ILockLease lease, string runId, CancellationToken cancellationToken)
    {
        var (orders, entries) = (0, 0);
        if (!await rebuilt.BeginAsync(cancellationToken).ConfigureAwait(false))
            return (false, orders, entries);

        await faults.PassAsync(KnownPoints.AfterRebuildBegun, cancellationToken).ConfigureAwait(false);
        await using var snapshot = await OrderSnapshot.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        var keysSince = time.GetUtcNow().AddHours(-_options.IdempotencyKeyHours);
        foreach (var sku in rebuilt.Activity.Skus)
        {
            var pages = snapshot.PagesAsync(rebuilt.Activity.ActivityId, sku.SkuId, rebuilt.Activity.PaymentWindowSeconds, keysSince,
                _options.RebuildChunkOrders, cancellationToken);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                if (!await HoldsAsync(lease, cancellationToken).ConfigureAwait(false)
                    || !await rebuilt.LoadAsync(page, cancellationToken).ConfigureAwait(false))
                    return (false, orders, entries);

                orders += page.Count;
                await faults.PassAsync(KnownPoints.AfterRebuildLoaded, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var chunk in (await rebuilt.PendingAsync(cancellationToken).ConfigureAwait(false)).Chunk(_options.RebuildChunkOrders))
        {
            var ended = await snapshot.EndedAmongAsync(chunk).ConfigureAwait(false);
            if (!await HoldsAsync(lease, cancellationToken).ConfigureAwait(false)
                || !await rebuilt.AdoptAsync(chunk, ended, cancellationToken).ConfigureAwait(false))
                return (false, orders, entries);

            entries += chunk.Length;
            await faults.PassAsync(KnownPoints.AfterRebuildAdopted, cancellationToken).ConfigureAwait(false);
        }

        // Before it is renamed, so that no crash leaves it in its place for ever.
        await expiry.SetRebuiltAsync(rebuilt.Activity, cancellationToken).ConfigureAwait(false);
        await faults.PassAsync(KnownPoints.BeforeRebuildFinished, cancellationToken).ConfigureAwait(false);
        var finished = await rebuilt.FinishAsync(runId, cancellationToken).ConfigureAwait(false);
        await faults.PassAsync(KnownPoints.AfterRebuildFinished, cancellationToken).ConfigureAwait(false);
        return (finished, orders, entries);
    }

    /// <summary>The lease only saves work that would be thrown away; what protects the stock is the epoch.</summary>
    async Task<bool> HoldsAsync(ILockLease lease, CancellationToken cancellationToken)
        => lease.ValidUntil - time.GetUtcNow() > Expiry / 2 || await lease.ExtendAsync(Expiry, cancellationToken).ConfigureAwait(false);

    /// <summary>An epoch above MySQL's last and Redis' present one (MySQL may have been restored from an old copy).</summary>
    async Task<long> NextEpochAsync(long activityId, CancellationToken cancellationToken)
    {
        var redis = await connections.Stock.DatabaseAsync().ConfigureAwait(false);
        var present = await redis.HashGetAsync(new StockKeys(activityId).Meta, "epoch").WaitAsync(_options.RedisTimeout, cancellationToken)
            .ConfigureAwait(false);
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.ExecuteScalarAsync<long>("""
            UPDATE activities SET stock_epoch = LAST_INSERT_ID(GREATEST(stock_epoch, @present) + 1) WHERE activity_id = @activityId;
            SELECT LAST_INSERT_ID();
            """, new { activityId, present = (long)present }).ConfigureAwait(false);
    }
}
