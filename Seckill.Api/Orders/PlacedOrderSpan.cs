using System.Diagnostics;

using Seckill.Contracts;

namespace Seckill.Api.Orders;

/// <summary>
/// The first span of an order's trace, and the one of its admission. Which order it is, and so whether it is traced, is known when it is admitted: both begin in the past.
/// </summary>
static class PlacedOrderSpan
{
    /// <summary>Begins the order's first span; null when it is not traced.</summary>
    /// <param name="orderId">The order, which was admitted just now.</param>
    /// <param name="asked">When Redis was asked to, as <paramref name="clock"/> counts.</param>
    /// <param name="clock">The clock.</param>
    public static Activity? Start(Guid orderId, long asked, TimeProvider clock)
    {
        if (!OrderTrace.IsSampled(orderId))
        {
            OrderTrace.Leave();
            return null;
        }

        var request = Activity.Current;
        var admitted = clock.GetUtcNow();
        var askedAt = admitted - clock.GetElapsedTime(asked);
        var span = OrderTrace.Start("place order", orderId, ActivityKind.Server, at: request?.StartTimeUtc ?? askedAt);
        if (span is null)
            return null;

        Link(span, request);
        using var admission = OrderTrace.Start("redis admit", orderId, ActivityKind.Client, at: askedAt);
        admission?.SetTag("db.system.name", "redis").SetEndTime(admitted.UtcDateTime);
        return span;
    }

    /// <summary>The request has a trace of its own, or its caller's: each names the other.</summary>
    static void Link(Activity span, Activity? request)
    {
        if (request is not { IdFormat: ActivityIdFormat.W3C })
            return;

        request.AddLink(new ActivityLink(span.Context));
        // A request that is kept is linked already. Its caller's span is named in any case: that one may be kept when the request's is not.
        if (request.HasRemoteParent && request.ParentSpanId != default)
            span.AddLink(new ActivityLink(new ActivityContext(request.TraceId, request.ParentSpanId, ActivityTraceFlags.None, isRemote: true)));
    }
}
