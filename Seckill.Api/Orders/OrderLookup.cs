using Seckill.Admission;
using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Api.Activities;
using Seckill.Contracts;
using Seckill.Ledger.Orders;

namespace Seckill.Api.Orders;

/// <summary>
/// Finds an order: in memory, in MySQL, and, as long as its transaction has not written it there, in its write-ahead entry in Redis.
/// </summary>
sealed class OrderLookup(
    RecentOrders recent, OrderReader reader, StockAdmission admission, ActivityDirectory activities, TimeProvider clock, ILogger<OrderLookup> logger)
{
    /// <summary>How far the clocks of two processes may differ.</summary>
    static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    /// <summary>The order; null when nobody knows it.</summary>
    public async ValueTask<OrderView?> FindAsync(Guid orderId, CancellationToken cancellationToken)
        => recent.Find(orderId) ?? await ReadAsync(orderId, cancellationToken);

    /// <summary>
    /// The order for one who waits until it is not <paramref name="since"/> any more: as long as nothing else was heard, it is not read. In a backlog every
    /// buyer waits longer than what is known is trusted, and reading all their orders would only make it longer.
    /// </summary>
    public ValueTask<OrderView?> FindWaitingAsync(Guid orderId, string since, CancellationToken cancellationToken)
        => recent.FindAnyAge(orderId) is { } known && known.Status == since ? ValueTask.FromResult<OrderView?>(known) : FindAsync(orderId, cancellationToken);

    async Task<OrderView?> ReadAsync(Guid orderId, CancellationToken cancellationToken)
    {
        var order = await reader.FindAsync(orderId, cancellationToken) is { } record
            ? OrderView.Of(record)
            : await PendingAsync(orderId, cancellationToken);
        if (order is not null)
            recent.Remember(order);
        return order;
    }

    async Task<OrderView?> PendingAsync(Guid orderId, CancellationToken cancellationToken)
    {
        // An id says when it was made, and not for what: entries that are not decided belong to activities that are open or were lately, or were when it was made.
        if (OrderIds.TimeOf(orderId) is not { } madeAt || madeAt > clock.GetUtcNow() + ClockSkew)
            return null;

        try
        {
            var current = await activities.CurrentAsync(cancellationToken);
            var known = current.Activities.Concat(await activities.AdmittingAtAsync(madeAt, cancellationToken)).Select(x => x.ActivityId).ToHashSet();
            var entry = await admission.FindEntryAsync(orderId, known, cancellationToken);
            if (entry is null && current.ReadAt < madeAt)
            {
                // The order may be of an activity that is newer than what this process has read.
                activities.InvalidateCurrent();
                current = await activities.CurrentAsync(cancellationToken);
                var added = current.Activities.Select(x => x.ActivityId).Where(x => !known.Contains(x)).ToList();
                entry = added.Count == 0 ? null : await admission.FindEntryAsync(orderId, added, cancellationToken);
            }

            if (entry is not { State: OrderEntryState.Released })
                return entry is null ? null : Pending(entry.Order);

            // MySQL, which says why, may have come to know it since it was asked.
            return await reader.FindAsync(orderId, cancellationToken) is { } record ? OrderView.Of(record) : GivenUp(entry.Order);
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception))
        {
            logger.LogWarning(exception, "Order {OrderId} is not in MySQL, and the stock Redis does not answer", orderId);
            throw;
        }
    }

    /// <summary>An order that MySQL would not have, not even as refused: its units went back, and nothing can confirm it any more.</summary>
    static OrderView GivenUp(SeckillRequested order) => Pending(order) with { Status = OrderStatus.Failed, Reason = RefusalReasons.Fault };

    public static OrderView Pending(SeckillRequested order) => new()
    {
        OrderId = order.OrderId,
        ActivityId = order.ActivityId,
        SkuId = order.SkuId,
        BuyerId = order.BuyerId,
        Quantity = order.Quantity,
        AmountCents = order.UnitPriceCents * order.Quantity,
        Status = OrderStatus.Pending,
        CreatedAt = order.AdmittedAt,
    };
}
