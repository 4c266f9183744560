using System.Globalization;

using Seckill.Admission;
using Seckill.Admission.Redis;
using Seckill.Api.Activities;
using Seckill.Api.Http;
using Seckill.Api.Identity;
using Seckill.Contracts;
using Seckill.Ledger.Catalog;

namespace Seckill.Api.Orders;

/// <summary><c>POST /api/activities/{activityId}/orders</c>: the hot path of a sale.</summary>
sealed class PlaceOrder(
    ActivityDirectory activities, StockAdmission admission, OrderPublisher publisher, RecentOrders recent, ApiMetrics metrics, TimeProvider clock,
    ILogger<PlaceOrder> logger)
{
    public const string KeyHeader = "Idempotency-Key";

    const string ReplayedHeader = "Idempotent-Replayed";
    const int MaximumKeyLength = 128;

    static readonly string[] Fields = ["skuId", "quantity"];

    public async Task<IResult> HandleAsync(long activityId, HttpContext context)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, Fields);
        if (body is null)
            return problem!;

        using (body)
        {
            var activity = await activities.FindAsync(activityId, context.RequestAborted);
            if (activity is null)
                return Problems.NotFound($"There is no activity {activityId}");

            var key = IdempotencyKey(context.Request, body.Errors);
            var skuId = body.Whole("skuId", 1, long.MaxValue);
            var quantity = (int)body.Whole("quantity", 1, activity.PerBuyerLimit);
            if (body.Errors.Any)
                return Problems.Invalid(body.Errors);
            if (activity.Skus.FirstOrDefault(x => x.SkuId == skuId) is not { } sku)
                return UnknownSku(activityId, skuId);

            return await AdmitAsync(activity, new AdmissionRequest
            {
                ActivityId = activityId,
                SkuId = skuId,
                BuyerId = context.User.Subject(),
                Quantity = quantity,
                UnitPriceCents = sku.UnitPriceCents,
                IdempotencyKey = key,
            });
        }
    }

    async Task<IResult> AdmitAsync(Activity activity, AdmissionRequest request)
    {
        AdmissionResult result;
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
                return new AcceptedOrder(result.OrderId!.Value, replayed: false);
            case AdmissionOutcome.Repeated:
                return new AcceptedOrder(result.OrderId!.Value, replayed: true);
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
            case AdmissionOutcome.NotReady:
                // Stock is warmed up shortly before an activity opens and dropped some time after it closed.
                var now = clock.GetUtcNow();
                return now < activity.OpensAt || now >= activity.ClosesAt
                    ? Problems.ActivityNotOpen(activity.OpensAt, activity.ClosesAt)
                    : Problems.NotReady("The activity's stock is being prepared; try again");
            default:
                throw new InvalidOperationException($"Admission answered with the unknown outcome {result.Outcome}");
        }
    }

    static ApiProblem UnknownSku(long activityId, long skuId) => Problems.NotFound($"Activity {activityId} has no SKU {skuId}");

    static string? IdempotencyKey(HttpRequest request, FieldErrors errors)
    {
        if (!request.Headers.TryGetValue(KeyHeader, out var values))
            return null;
        if (values is [{ Length: > 0 and <= MaximumKeyLength } key] && !key.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return key;

        errors.Add(KeyHeader, string.Create(CultureInfo.InvariantCulture, $"must be one value of 1 to {MaximumKeyLength} printable ASCII characters"));
        return null;
    }

    /// <summary>202: where the order is, and where its status will be.</summary>
    sealed class AcceptedOrder(Guid orderId, bool replayed) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var id = orderId.ToString("D");
            var response = httpContext.Response;
            response.StatusCode = StatusCodes.Status202Accepted;
            response.Headers.Location = Problems.StatusUrl(id);
            if (replayed)
                response.Headers[ReplayedHeader] = "true";
            return response.WriteAsJsonAsync(
                new PlacedOrder(orderId, OrderStatus.Pending, Problems.StatusUrl(id)), ApiJson.Default.PlacedOrder);
        }
    }
}
