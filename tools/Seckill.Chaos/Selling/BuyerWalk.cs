using System.Globalization;

using Seckill.Chaos.Running;
using Seckill.Contracts;

namespace Seckill.Chaos.Selling;

/// <summary>A buyer's way: orders, asks until the order is decided, and cancels or pays it. What gets no answer is asked again, as people do.</summary>
sealed class BuyerWalk(BuyersApi api, long activityId, SaleBuyer buyer, int firstApi)
{
    const int WaitSeconds = 5;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    int _api = firstApi;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await PlaceAsync(cancellationToken);
        if (buyer.OrderId is null)
            return;

        await FollowAsync(OrderStatus.Pending, cancellationToken);
        if (buyer.Status == OrderStatus.Confirmed && buyer.Plan == BuyerPlan.Cancel)
            await ActAsync("cancel", cancellationToken);
        else if (buyer.Status == OrderStatus.Confirmed && buyer.Plan == BuyerPlan.Pay)
            await ActAsync("pay", cancellationToken);
        else if (buyer.Status == OrderStatus.Confirmed && buyer.Plan == BuyerPlan.PayAndCancel)
            await PayAndCancelAsync(cancellationToken);
    }

    /// <summary>What the order's status is now.</summary>
    public async Task<string> LookAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, $"/api/orders/{buyer.OrderId:D}", null, null, cancellationToken);
        return answer.Http == 200 ? answer.Status ?? "no status" : string.Create(CultureInfo.InvariantCulture, $"{answer.Http} {answer.Code}");
    }

    async Task PlaceAsync(CancellationToken cancellationToken)
    {
        buyer.IsAsking = true;
        try
        {
            var answer = await SendAsync(
                HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"/api/activities/{activityId}/orders"), "order-" + buyer.Name,
                new { skuId = 1, quantity = 1 }, cancellationToken);
            // A buyer whose key was lost with Redis is told of the order all the same.
            if (answer is { Http: 202 } or { Http: 409, Code: "already_ordered" } && answer.OrderId is { } orderId)
                buyer.OrderId = orderId;
            else
                buyer.Refusal = answer.Code ?? string.Create(CultureInfo.InvariantCulture, $"http_{answer.Http}");
        }
        finally
        {
            buyer.IsAsking = false;
        }
    }

    /// <summary>Until the order has another status.</summary>
    async Task FollowAsync(string since, CancellationToken cancellationToken)
    {
        while (buyer.Status == since)
        {
            var answer = await SendAsync(
                HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/api/orders/{buyer.OrderId:D}?wait={WaitSeconds}&since={since}"), null, null, cancellationToken);
            if (answer is { Http: 200, Status: { } status })
                buyer.Hear(status);
            else
                await Task.Delay(Pause, cancellationToken);
        }
    }

    async Task PayAndCancelAsync(CancellationToken cancellationToken)
    {
        var paying = new BuyerWalk(api, activityId, buyer, _api).ActAsync("pay", cancellationToken);
        await Task.Delay(ProgramSettings.PaymentDelay / 4, cancellationToken);
        await ActAsync("cancel", cancellationToken);
        await paying;
        // The process that was asked last may not have heard of it yet.
        await FollowAsync(OrderStatus.Confirmed, cancellationToken);
    }

    async Task ActAsync(string what, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await SendAsync(HttpMethod.Post, $"/api/orders/{buyer.OrderId:D}/{what}", null, null, cancellationToken);
            if (answer is { Http: 200, Status: { } status })
            {
                buyer.Hear(status);
                return;
            }

            if (answer.Http == 202)
            {
                await FollowAsync(OrderStatus.Confirmed, cancellationToken);
                return;
            }

            if (answer.Code != "undecided")
            {
                // Too late: something else has become of it.
                buyer.Hear(await LookAsync(cancellationToken));
                return;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    async Task<SaleAnswer> SendAsync(HttpMethod method, string path, string? key, object? body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await api.SendAsync(_api, method, path, buyer.Token, key, body, cancellationToken);
            if (answer.Http == 500)
                buyer.HearOfBug($"{method} {path}: 500 {answer.Code}");
            if (!answer.IsToBeRepeated)
                return answer;

            buyer.TryAgain();
            _api++;
            var pause = answer.RetryAfter > Pause ? answer.RetryAfter : Pause;
            await Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken);
        }
    }
}
