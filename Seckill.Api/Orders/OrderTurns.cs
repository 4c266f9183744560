using System.Threading.RateLimiting;

using Microsoft.Extensions.Options;

using Seckill.Api.Identity;

namespace Seckill.Api.Orders;

/// <summary>
/// The orders that this process works on at a time. The next ones wait in a queue, so that a burst is worked off in its order; beyond it they are sent away.
/// </summary>
sealed class OrderTurns(IOptions<RateLimitOptions> options) : IDisposable
{
    readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.ConcurrentOrders,
        QueueLimit = options.Value.QueuedOrders,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Requests that wait for their turn.</summary>
    public long Queued => _limiter.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <summary>Waits for a turn; dispose of it to end it. It is not acquired when the queue is full.</summary>
    public ValueTask<RateLimitLease> TakeAsync(CancellationToken cancellationToken) => _limiter.AcquireAsync(1, cancellationToken);

    public void Dispose() => _limiter.Dispose();
}
