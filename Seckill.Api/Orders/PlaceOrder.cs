using System.Globalization;

using Microsoft.Extensions.Primitives;

using Seckill.Admission;
using Seckill.Admission.Redis;
using Seckill.Api.Activities;
using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Faults;
using Seckill.Ledger.Catalog;

namespace Seckill.Api.Orders;

/// <summary><c>POST /api/activities/{activityId}/orders</c>: the hot path of a sale.</summary>
sealed class PlaceOrder(
    OrderTurns turns, ActivityDirectory activities, StockAdmission admission, OrderPublisher publisher, RecentOrders recent, PreferredWait wait,
    FaultPoints faults, ApiMetrics metrics, TimeProvider clock, ILogger<PlaceOrder> logger)
{
    public const string KeyHeader = "Idempotency-Key";

    const int MaximumKeyLength = 128;

    static readonly string[] Fields = ["skuId", "quantity"];

    public async Task<IResult> HandleAsync(long activityId, HttpContext context)
    {
        // Before its turn: somebody who sends slowly keeps nobody from ordering.
        var (bytes, problem) = await JsonBody.BytesAsync(context.Request);
        if (bytes is null)
            return problem!;

        var preferred = PreferredWait.Of(context.Request);
        var begun = clock.GetTimestamp();
        if (!await turns.TakeAsync(preferred, context.RequestAborted))
        {
            metrics.Outcome(Problems.Overrun.Code);
            return Problems.Overrun;
        }

        IResult answer;
        try
        {
            answer = await PlaceAsync(activityId, bytes, context);
        }
        finally
        {
            turns.Leave();
        }

        // Nor does one who waits for a decision.
        return preferred > TimeSpan.Zero && answer is AcceptedOrder accepted
            ? await wait.ApplyAsync(accepted, preferred, clock.GetElapsedTime(begun), context)
            : answer;
    }

    async Task<IResult> PlaceAsync(long activityId, byte[] bytes, HttpContext context)
    {
        var activity = await activities.FindAsync(activityId, context.RequestAborted);
        var wish = OrderWish.TryRead(bytes);
        var keys = context.Request.Headers[KeyHeader];
        if (activity is null || wish is null || !IsPossible(wish, activity) || !IsKey(keys))
        {
            if (Wrong(bytes, activityId, activity, keys, out wish) is { } problem)
                return problem;
        }

        if (activity!.Skus.FirstOrDefault(x => x.SkuId == wish!.SkuId) is not { } sku)
            return UnknownSku(activityId, wish!.SkuId);

        return await AdmitAsync(activity, new AdmissionRequest
        {
            ActivityId = activityId,
            SkuId = sku.SkuId,
            BuyerId = context.User.Subject(),
            Quantity = wish!.Quantity,
            UnitPriceCents = sku.UnitPriceCents,
            IdempotencyKey = keys,
        });
    }

    static bool IsPossible(OrderWish wish, Activity activity) => wish.SkuId >= 1 && wish.Quantity >= 1 && wish.Quantity <= activity.PerBuyerLimit;

    static bool IsKey(StringValues keys)
        => keys.Count == 0 || keys is [{ Length: > 0 and <= MaximumKeyLength } key] && !key.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Everything that is wrong with a request; null, and the wish, when nothing is.</summary>
    static ApiProblem? Wrong(byte[] bytes, long activityId, Activity? activity, StringValues keys, out OrderWish? wish)
    {
        wish = null;
        var (body, malformed) = JsonBody.Parse(bytes, Fields);
        if (body is null)
            return malformed;

        using (body)
        {
            if (activity is null)
                return Problems.NotFound($"There is no activity {activityId}");

            if (!IsKey(keys))
                body.Errors.Add(KeyHeader, string.Create(CultureInfo.InvariantCulture, $"must be one value of 1 to {MaximumKeyLength} printable ASCII characters"));
            wish = new OrderWish(body.Whole("skuId", 1, long.MaxValue), (int)body.Whole("quantity", 1, activity.PerBuyerLimit));
            return body.Errors.Any ? Problems.Invalid(body.Errors) : null;
        }
    }

    async Task<IResult> AdmitAsync(Activity activity, AdmissionRequest request)
    {
        AdmissionResult result;
        var asked = clock.GetTimestamp();
        try
        {
            // Not the request's token: half an admission would be nobody's.
            result = await admission.AdmitAsync(request, CancellationToken.None);
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception))
        {
            logger.LogWarning(exception, "An order for activity {ActivityId} can't be admitted: the stock Redis does not answer", activity.ActivityId);
            metrics.Outcome("not_ready");
            return Problems.NotReady("Orders can't be taken at the moment; repeat the request with the same Idempotency-Key");
        }

        using var span = result.Outcome == AdmissionOutcome.Admitted ? PlacedOrderSpan.Start(result.OrderId!.Value, asked, clock) : null;
        var answer = await AnswerAsync(activity, request, result);
        metrics.Outcome(answer is ApiProblem problem ? problem.Code : result.Outcome == AdmissionOutcome.Admitted ? "admitted" : "repeated");
        return answer;
    }

    async Task<IResult> AnswerAsync(Activity activity, AdmissionRequest request, AdmissionResult result)
    {
        switch (result.Outcome)
        {
            case AdmissionOutcome.Admitted:
                recent.Remember(OrderLookup.Pending(result.Requested!));
                await publisher.PublishAsync(result.Requested!);
                await faults.PassAsync(KnownPoints.BeforeAcceptedAnswer, result.OrderId!.Value, request.BuyerId);
                return new AcceptedOrder(result.OrderId!.Value, isReplayed: false);
            case AdmissionOutcome.Repeated:
                return new AcceptedOrder(result.OrderId!.Value, isReplayed: true);
            case AdmissionOutcome.SoldOut:
                return Problems.SoldOut;
            case AdmissionOutcome.AlreadyOrdered:
                return Problems.AlreadyOrdered(activity.PerBuyerLimit, result.OrderId?.ToString("D"));
            case AdmissionOutcome.KeyReused:
                return Problems.Invalid(KeyHeader, "idempotency_key_reused: the key was used for another SKU or quantity; use a new one for a new order");
            case AdmissionOutcome.UnknownSku:
                return UnknownSku(request.ActivityId, request.SkuId);
            case AdmissionOutcome.NotOpen:
                return Problems.ActivityNotOpen(activity.OpensAt, activity.ClosesAt);
            case AdmissionOutcome.Busy:
                return Problems.Overrun;
            case AdmissionOutcome.NotReady:
                // Stock is warmed up shortly before an activity opens, and leaves Redis long after it closed.
                var now = clock.GetUtcNow();
                return now < activity.OpensAt || now >= activity.ClosesAt
                    ? Problems.ActivityNotOpen(activity.OpensAt, activity.ClosesAt)
                    : Problems.NotReady("The activity's stock is being prepared; try again");
            default:
                throw new InvalidOperationException($"Admission answered with the unknown outcome {result.Outcome}");
        }
    }

    static ApiProblem UnknownSku(long activityId, long skuId) => Problems.NotFound($"Activity {activityId} has no SKU {skuId}");
}
