using Microsoft.Extensions.Logging;

using Seckill.Contracts;

namespace Seckill.Admission.Stock;

/// <summary>
/// Passes stock changes on without making anybody wait. It may fail: what caches hold expires by itself, the news only makes it
/// happen sooner.
/// </summary>
sealed class StockChangeNews(IEnumerable<IStockChangePublisher> publishers, TimeProvider time, ILogger<StockChangeNews> logger)
{
    public void Tell(long activityId, long? skuId, string cause)
        => _ = TellAsync(new StockChanged { ActivityId = activityId, SkuId = skuId, Cause = cause, OccurredAt = time.GetUtcNow() });

    async Task TellAsync(StockChanged change)
    {
        try
        {
            await Task.WhenAll(publishers.Select(x => x.PublishAsync(change))).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.LogWarning(exception, "Caches were not told that stock of activity {ActivityId} changed ({Cause}); they find out by time",
                change.ActivityId, change.Cause);
        }
    }
}
