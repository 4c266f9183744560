using Seckill.Api.Identity;

namespace Seckill.Api.Orders;

/// <summary>Finds an order for the one who asks. Somebody else's order is no order: that it exists is nobody's business.</summary>
static class OrderAccess
{
    /// <summary>The order, when it is the caller's or the caller is an operator.</summary>
    /// <param name="orders">The orders.</param>
    /// <param name="orderId">The order's id, as the caller wrote it.</param>
    /// <param name="since">The status that the caller will wait for to change; null when the caller does not wait.</param>
    /// <param name="context">The request.</param>
    public static async ValueTask<OrderView?> FindVisibleAsync(this OrderLookup orders, string orderId, string? since, HttpContext context)
        => await orders.FindAsync(orderId, since, context) is { } order && (order.BuyerId == context.User.Subject() || context.User.IsOperator()) ? order : null;

    /// <summary>The order, when it is the caller's.</summary>
    public static async ValueTask<OrderView?> FindOwnAsync(this OrderLookup orders, string orderId, HttpContext context)
        => await orders.FindAsync(orderId, null, context) is { } order && order.BuyerId == context.User.Subject() ? order : null;

    static async ValueTask<OrderView?> FindAsync(this OrderLookup orders, string orderId, string? since, HttpContext context)
    {
        if (!Guid.TryParseExact(orderId, "D", out var id))
            return null;

        return since is null ? await orders.FindAsync(id, context.RequestAborted) : await orders.FindWaitingAsync(id, since, context.RequestAborted);
    }
}
