using Seckill.Ledger.Orders;

namespace Seckill.Api.Orders;

/// <summary>
/// Once a second, reads the orders that are waited for from MySQL: news comes at least once to a consumer group, but not to one that has just
/// begun, and Kafka may lose it altogether.
/// </summary>
sealed class LostNewsSweep(
    OrderWaiters waiters, RecentOrders recent, OrderReader reader, ApiMetrics metrics, TimeProvider clock, ILogger<LostNewsSweep> logger)
    : BackgroundService
{
    const int BatchSize = 500;
    const int BatchesPerSweep = 8;

    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var seenBefore = new HashSet<Guid>();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                seenBefore = await SweepAsync(seenBefore, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends; requests that wait are answered by OrderWatch.
        }
    }

    /// <summary>Reads those that were waited for at the sweep before already: most waits end by message before that.</summary>
    async Task<HashSet<Guid>> SweepAsync(HashSet<Guid> seenBefore, CancellationToken stoppingToken)
    {
        var waiting = waiters.Snapshot().ToList();
        // Ids sort by time: in a backlog the oldest go first.
        var batches = waiting.Where(x => seenBefore.Contains(x.OrderId)).OrderBy(x => x.OrderId).Take(BatchSize * BatchesPerSweep).Chunk(BatchSize);
        try
        {
            foreach (var batch in batches)
            {
                var known = batch.ToDictionary(x => x.OrderId, x => x.Known);
                foreach (var order in await reader.FindAsync(known.Keys, stoppingToken))
                {
                    if (order.Status == known[order.OrderId])
                        continue;

                    recent.Remember(OrderView.Of(order));
                    waiters.Wake(order.OrderId);
                    metrics.NewsFoundBySweep();
                }
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Whatever it is: those who wait are not helped by a process that ends for it.
            logger.LogWarning(exception, "Orders that are waited for can't be read from MySQL; trying again in {Pause}", Every);
        }

        return waiting.Select(x => x.OrderId).ToHashSet();
    }
}
