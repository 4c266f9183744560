using System.Data.Common;
using System.Globalization;

using Seckill.Admission.Redis;
using Seckill.Api.Http;
using Seckill.Contracts;

namespace Seckill.Api.Orders;

/// <summary>What <c>Prefer: wait=SECONDS</c> (RFC 7240, 4.3) asks for with an order: its decision instead of its acceptance, if that comes in time.</summary>
sealed class PreferredWait(OrderLookup orders, OrderWatch watch, ILogger<PreferredWait> logger)
{
    /// <summary>How long the caller says that it waits; zero when it says nothing.</summary>
    public static TimeSpan Of(HttpRequest request)
        => TimeSpan.FromSeconds(Preferences.WaitSeconds(request.Headers[Preferences.Header], OrderWatch.MaximumSeconds) ?? 0);

    /// <summary>The order as soon as it is decided; that it was accepted, when it is not in time.</summary>
    /// <param name="accepted">The order.</param>
    /// <param name="preferred">How long the caller waits.</param>
    /// <param name="waited">How long it has waited already.</param>
    /// <param name="context">Its request.</param>
    public async ValueTask<IResult> ApplyAsync(AcceptedOrder accepted, TimeSpan preferred, TimeSpan waited, HttpContext context)
    {
        context.Response.Headers[Preferences.AppliedHeader] = string.Create(CultureInfo.InvariantCulture, $"wait={preferred.TotalSeconds:0}");
        try
        {
            if (await orders.FindWaitingAsync(accepted.OrderId, OrderStatus.Pending, context.RequestAborted) is not { } order)
                return accepted;

            order = await watch.WaitAsync(order, OrderStatus.Pending, preferred > waited ? preferred - waited : TimeSpan.Zero, context.RequestAborted);
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
