using System.Data.Common;
using System.Globalization;

using Seckill.Admission.Redis;
using Seckill.Api.Http;
using Seckill.Contracts;

namespace Seckill.Api.Orders;

/// <summary>What <c>Prefer: wait=SECONDS</c> (RFC 7240, 4.3) asks for with an order: its decision instead of its acceptance, if that comes in time.</summary>
sealed class PreferredWait(OrderLookup orders, OrderWatch watch, ILogger<PreferredWait> logger)
{
    /// <summary>The order as soon as it is decided; that it was accepted, when it is not in time or nobody asked.</summary>
    public async ValueTask<IResult> ApplyAsync(AcceptedOrder accepted, HttpContext context)
    {
        if (Preferences.WaitSeconds(context.Request.Headers[Preferences.Header], OrderWatch.MaximumSeconds) is not { } seconds)
            return accepted;

        context.Response.Headers[Preferences.AppliedHeader] = string.Create(CultureInfo.InvariantCulture, $"wait={seconds}");
        try
        {
            if (await orders.FindWaitingAsync(accepted.OrderId, OrderStatus.Pending, context.RequestAborted) is not { } order)
                return accepted;

            order = await watch.WaitAsync(order, OrderStatus.Pending, TimeSpan.FromSeconds(seconds), context.RequestAborted);
            return order.Status == OrderStatus.Pending ? accepted : new DecidedOrder(order, accepted.IsReplayed);
        }
        catch (Exception exception) when (exception is DbException || RedisFaults.IsTransient(exception))
        {
            // What became of the order can't be seen now; that it was accepted is true all the same.
            logger.LogWarning(exception, "Order {OrderId} was accepted, and its status can't be read", accepted.OrderId);
            return accepted;
        }
    }
}
