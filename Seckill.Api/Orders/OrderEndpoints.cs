using Microsoft.AspNetCore.Mvc;

using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Api.OpenApi;
using Seckill.Contracts;
using Seckill.Ledger.Orders;

namespace Seckill.Api.Orders;

/// <summary>Places, reads and cancels orders.</summary>
static class OrderEndpoints
{
    const int DefaultPage = 20;
    const int MaximumPage = 100;

    static readonly string[] Statuses =
        [OrderStatus.Pending, OrderStatus.Confirmed, OrderStatus.Paid, OrderStatus.Cancelled, OrderStatus.Failed];

    public static void MapOrders(this IEndpointRouteBuilder api)
    {
        api.MapPost("/activities/{activityId:long}/orders", PlaceAsync)
            .InSale(Policies.Buyer)
            .WithMetadata(new RequestSizeLimitAttribute(Problems.MaximumBodyBytes), TakesTurn.Instance)
            .Describe(Descriptions.PlaceOrder);
        api.MapGet("/orders/{orderId}", FindAsync).InSale(Policies.Reader).Describe(Descriptions.FindOrder);
        api.MapGet("/orders", ListAsync).RequireAuthorization(Policies.Buyer).Describe(Descriptions.ListOrders);
        api.MapPost("/orders/{orderId}/cancel", CancelAsync).RequireAuthorization(Policies.Buyer).Describe(Descriptions.CancelOrder);
    }

    static Task<IResult> PlaceAsync(long activityId, HttpContext context, PlaceOrder place) => place.HandleAsync(activityId, context);

    static async Task<IResult> FindAsync(string orderId, HttpContext context, OrderLookup orders, OrderWatch watch)
    {
        var query = new QueryReader(context.Request.Query).Allow("wait", "since");
        var wait = query.Whole("wait", 0, OrderWatch.MaximumSeconds) ?? 0;
        var since = query.Word("since", Statuses) ?? OrderStatus.Pending;
        if (query.Errors.Any)
            return Problems.Invalid(query.Errors);
        if (await orders.FindVisibleAsync(orderId, wait > 0 ? since : null, context) is not { } order)
            return Problems.UnknownOrder(orderId);

        order = await watch.WaitAsync(order, since, TimeSpan.FromSeconds(wait), context.RequestAborted);
        return new JsonAnswer<OrderView>(StatusCodes.Status200OK, order, ApiJson.Default.OrderView);
    }

    static async Task<IResult> ListAsync(HttpContext context, OrderReader reader)
    {
        var query = new QueryReader(context.Request.Query).Allow("after", "limit");
        var after = query.Id("after");
        var limit = query.Whole("limit", 1, MaximumPage) ?? DefaultPage;
        if (query.Errors.Any)
            return Problems.Invalid(query.Errors);

        // One more than asked for tells whether there is another page.
        var orders = await reader.ListAsync(context.User.Subject(), after, limit + 1, context.RequestAborted);
        var items = orders.Take(limit).Select(OrderView.Of).ToList();
        return Results.Ok(new OrderPage(items, orders.Count > limit ? $"/api/orders?after={items[^1].OrderId:D}&limit={limit}" : null));
    }

    static async Task<IResult> CancelAsync(string orderId, HttpContext context, OrderLookup orders, RecentOrders recent, TransactionRequests transactions)
    {
        if (await orders.FindOwnAsync(orderId, context) is not { } order)
            return Problems.UnknownOrder(orderId);

        var command = new CancelOrder { OrderId = order.OrderId, BuyerId = order.BuyerId };
        if (await transactions.AskAsync(order.OrderId, command, context.RequestAborted) is not { } result)
            return TransactionRequests.NoAnswer;

        recent.Forget(order.OrderId);
        return result.Accepted
            ? Results.Ok(new OrderActionAnswer(order.OrderId, result.Status ?? OrderStatus.Cancelled))
            : Refusal(result, order);
    }

    /// <summary>An order that the API knows and its transaction does not is on its way there.</summary>
    static ApiProblem Refusal(OrderActionResult result, OrderView order) => result.Status is null
        ? Problems.Conflict("undecided", "The order is still being decided: wait until its status is not 'pending', then try again", order.Status)
        : Problems.Conflict(result.Code ?? "too_late", result.Message ?? $"An order that is {result.Status} can't be cancelled", result.Status);
}
