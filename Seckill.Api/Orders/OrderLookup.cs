using Seckill.Admission;
using Seckill.Admission.Redis;
using Seckill.Api.Activities;
using Seckill.Contracts;
using Seckill.Ledger.Orders;

namespace Seckill.Api.Orders;

/// <summary>
/// Finds an order: in memory, in MySQL, and, as long as its transaction has not written it there, in its write-ahead entry in Redis.
/// </summary>
sealed class OrderLookup(RecentOrders recent, OrderReader reader, StockAdmission admission, ActivityDirectory activities, ILogger<OrderLookup> logger)
{
    /// <summary>The order; null when nobody knows it.</summary>
    public async ValueTask<OrderView?> FindAsync(Guid orderId, CancellationToken cancellationToken)
        => recent.Find(orderId) ?? await ReadAsync(orderId, cancellationToken);

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
        // An id says when it was made, and not for what: entries that are not decided belong to activities that are open or were lately.
        if (OrderIds.TimeOf(orderId) is null)
            return null;

        var current = await activities.CurrentAsync(cancellationToken);
        try
        {
            return await admission.FindEntryAsync(orderId, current.Select(x => x.ActivityId), cancellationToken) is { } entry
                ? Pending(entry.Order)
                : null;
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception))
        {
            logger.LogWarning(exception, "Order {OrderId} is not in MySQL, and the stock Redis does not answer", orderId);
            throw;
        }
    }

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
