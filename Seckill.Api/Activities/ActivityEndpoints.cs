using Seckill.Api.Http;
using Seckill.Api.OpenApi;
using Seckill.Ledger.Catalog;

namespace Seckill.Api.Activities;

/// <summary>Shows activities; no token is needed.</summary>
static class ActivityEndpoints
{
    public static void MapActivities(this IEndpointRouteBuilder api)
    {
        api.MapGet("/activities", ListAsync).AllowAnonymous().Describe(Descriptions.ListActivities);
        api.MapGet("/activities/{activityId:long}", FindAsync).AllowAnonymous().Describe(Descriptions.FindActivity);
    }

    static async Task<IResult> ListAsync(HttpContext context, ActivityDirectory activities, LiveStock stock, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var current = await activities.CurrentAsync(context.RequestAborted);
        return Results.Ok(new ActivityList(await Task.WhenAll(
            current.Activities.Where(x => x.ClosesAt > now).Select(x => ViewAsync(x, stock, now, context.RequestAborted)))));
    }

    static async Task<IResult> FindAsync(long activityId, HttpContext context, ActivityDirectory activities, LiveStock stock, TimeProvider clock)
        => await activities.FindAsync(activityId, context.RequestAborted) is { } activity
            ? Results.Ok(await ViewAsync(activity, stock, clock.GetUtcNow(), context.RequestAborted))
            : Problems.NotFound($"There is no activity {activityId}");

    static async Task<ActivityView> ViewAsync(Activity activity, LiveStock stock, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var available = await stock.AvailableAsync(activity.ActivityId, cancellationToken);
        return ActivityView.Of(activity, Units, now);

        int? Units(long skuId) => !available.TryGetValue(skuId, out var units) ? null : stock.IsSoldOut(activity.ActivityId, skuId) ? 0 : units;
    }
}
