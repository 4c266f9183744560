using Seckill.Api.Http;
using Seckill.Operations.Archive;

namespace Seckill.Api.FailedOrders;

/// <summary>The filters of the archive, as a request names them.</summary>
static class FailedOrderQuery
{
    public static readonly string[] Names = ["handled", "activityId", "buyerId", "cause", "from", "before"];

    const int MaximumText = 128;

    public static FailedOrderFilter Read(QueryReader query) => new()
    {
        Handled = query.Flag("handled"),
        ActivityId = query.WholeLong("activityId", 1, long.MaxValue),
        BuyerId = query.Text("buyerId", MaximumText),
        Cause = query.Text("cause", MaximumText),
        From = query.Time("from"),
        Before = query.Time("before"),
    };

    public static FailedOrderFilter Read(JsonBody body) => new()
    {
        // Only what nobody has taken care of yet is processed again.
        Handled = false,
        ActivityId = body.Whole("activityId", 1, long.MaxValue, missing: 0) is > 0 and var activityId ? activityId : null,
        BuyerId = body.OptionalText("buyerId", MaximumText),
        Cause = body.OptionalText("cause", MaximumText),
        From = body.Time("from"),
        Before = body.Time("before"),
    };

    public static string Text(FailedOrderFilter filter) => QueryText.Of(
        ("handled", filter.Handled is { } handled ? (handled ? "true" : "false") : null),
        ("activityId", filter.ActivityId?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("buyerId", filter.BuyerId), ("cause", filter.Cause), ("from", filter.From?.ToString("O")), ("before", filter.Before?.ToString("O")));
}
