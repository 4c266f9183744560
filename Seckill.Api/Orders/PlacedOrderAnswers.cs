using Seckill.Api.Http;
using Seckill.Contracts;

namespace Seckill.Api.Orders;

/// <summary>202: the order is accepted. Where it is, and where its status will be.</summary>
sealed class AcceptedOrder(Guid orderId, bool isReplayed) : IResult
{
    public Guid OrderId => orderId;

    public bool IsReplayed => isReplayed;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var statusUrl = PlacedOrderHeaders.Set(httpContext.Response, orderId, isReplayed);
        return new JsonAnswer<PlacedOrder>(
            StatusCodes.Status202Accepted, new PlacedOrder(orderId, OrderStatus.Pending, statusUrl), ApiJson.Default.PlacedOrder).ExecuteAsync(httpContext);
    }
}

/// <summary>200: what became of the order.</summary>
sealed class DecidedOrder(OrderView order, bool isReplayed) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        PlacedOrderHeaders.Set(httpContext.Response, order.OrderId, isReplayed);
        return new JsonAnswer<OrderView>(StatusCodes.Status200OK, order, ApiJson.Default.OrderView).ExecuteAsync(httpContext);
    }
}

file static class PlacedOrderHeaders
{
    const string Replayed = "Idempotent-Replayed";

    /// <summary>Says where the order's status is, and whether the order was there before; returns the former.</summary>
    public static string Set(HttpResponse response, Guid orderId, bool isReplayed)
    {
        var statusUrl = Problems.StatusUrl(orderId.ToString("D"));
        response.Headers.Location = statusUrl;
        if (isReplayed)
            response.Headers[Replayed] = "true";
        return statusUrl;
    }
}
