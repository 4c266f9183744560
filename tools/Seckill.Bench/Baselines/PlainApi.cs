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
    static readonly string[] Fields = ["skuId", "quantity"];

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
            var (body, problem) = await JsonBody.ReadAsync(context.Request, Fields);
            if (body is null)
                return problem!;

            using (body)
            {
                var skuId = body.Whole("skuId", 1, long.MaxValue);
                var quantity = (int)body.Whole("quantity", 1, 1);
                if (body.Errors.Any)
                    return Problems.Invalid(body.Errors);
                if (await ledger.PriceAsync(activityId, skuId) is not { } price)
                    return Problems.NotFound($"Activity {activityId} has no SKU {skuId}");

                var now = DateTimeOffset.UtcNow;
                var order = new PlainOrder(
                    OrderIds.New(now), activityId, skuId, context.User.Subject(), quantity, price, context.Request.Headers[PlaceOrder.KeyHeader], now);
                return await place(order) ? new Confirmed(order.OrderId) : Problems.SoldOut;
            }
        }).InSale(Policies.Buyer);
    }

    sealed class Confirmed(Guid orderId) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => httpContext.Response.WriteAsJsonAsync(
            new PlacedOrder(orderId, OrderStatus.Confirmed, Problems.StatusUrl(orderId.ToString("D"))), ApiJson.Default.PlacedOrder);
    }
}
