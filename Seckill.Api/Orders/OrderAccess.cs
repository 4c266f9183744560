using Seckill.Api.Identity;

namespace Seckill.Api.Orders;

/// <summary>Finds an order for the one who asks. Somebody else's order is no order: that it exists is nobody's business.</summary>
static class OrderAccess
{
    /// <summary>The order, when it is the caller's or the caller is an operator.</summary>
    public static async ValueTask<OrderView?> FindVisibleAsync(this OrderLookup orders, string orderId, HttpContext context)
        => await orders.FindAsync(orderId, context) is { } order && (order.BuyerId == context.User.Subject() || context.User.IsOperator()) ? order : null;

    /// <summary>The order, when it is the caller's.</summary>
    public static async ValueTask<OrderView?> FindOwnAsync(this OrderLookup orders, string orderId, HttpContext context)
        => await orders.FindAsync(orderId, context) is { } order && order.BuyerId == context.User.Subject() ? order : null;

    static async ValueTask<OrderView?> FindAsync(this OrderLookup orders, string orderId, HttpContext context)
        => Guid.TryParseExact(orderId, "D", out var id) ? await orders.FindAsync(id, context.RequestAborted) : null;
}
