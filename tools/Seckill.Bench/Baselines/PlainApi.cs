using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Api.Orders;
using Seckill.Contracts;
using Seckill.Ledger;

namespace Seckill.Bench.Baselines;

/// <summary>
/// The HTTP side of the schemes that are compared with ours: it checks tokens and reads requests with the API's own code, so that this part costs the same,
/// and leaves out what a comparison could hold against it (rate limits, metrics, logs).
/// </summary>
static class PlainApi
{
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.Services.AddLedger();
        builder.Services.AddBearerIdentity();
        builder.Services.AddCallerGate();
        builder.Services.ConfigureHttpJsonOptions(x => x.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        return builder;
    }

    /// <summary>Maps the one call; <paramref name="place"/> returns once the order is committed, or false when it is sold out.</summary>
    public static void MapPlainOrders(this WebApplication app, PlainLedger ledger, Func<PlainOrder, Task<bool>> place)
    {
        app.UseMiddleware<CallerGate>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPost("/api/activities/{activityId:long}/orders", async Task<IResult> (long activityId, HttpContext context) =>
        {
            var (bytes, problem) = await JsonBody.BytesAsync(context.Request);
            if (bytes is null)
                return problem!;
            if (OrderWish.TryRead(bytes) is not { SkuId: >= 1, Quantity: 1 } wish)
                return Problems.Malformed("The body must be an order of one unit");
            if (await ledger.PriceAsync(activityId, wish.SkuId) is not { } price)
                return Problems.NotFound($"Activity {activityId} has no SKU {wish.SkuId}");

            var now = DateTimeOffset.UtcNow;
            var order = new PlainOrder(
                OrderIds.New(now), activityId, wish.SkuId, context.User.Subject(), wish.Quantity, price, context.Request.Headers[PlaceOrder.KeyHeader], now);
            if (!await place(order))
                return Problems.SoldOut;

            var placed = new PlacedOrder(order.OrderId, OrderStatus.Confirmed, Problems.StatusUrl(order.OrderId.ToString("D")));
            return new JsonAnswer<PlacedOrder>(StatusCodes.Status200OK, placed, ApiJson.Default.PlacedOrder);
        }).InSale(Policies.Buyer);
    }
}
