using System.Net;

using Seckill.Contracts;
using Seckill.Hosting.Identity;

namespace Seckill.System.Tests.WholeSystem;

/// <summary>From the HTTP request to the decision, with nothing broken.</summary>
[Collection(SystemCollection.Name)]
public sealed class WholeSale_Specs
{
    [Fact]
    public async Task Should_sell_a_hundred_units_to_a_hundred_of_ten_thousand_buyers()
    {
        await using var system = await RunningSystem.StartAsync();
        await system.StartWorkerAsync();
        var activityId = await system.AddActivityAsync(stock: 100);
        await system.StockIsLiveAsync(activityId);

        (await system.SellAsync(activityId, 10_000)).ShouldBe(100);

        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 100);
        (await system.OrdersAsync(activityId)).Values.Sum().ShouldBe(100);
        await system.BooksBalanceAsync();
    }

    [Fact]
    public async Task Should_give_the_same_buyer_one_order_for_two_hundred_requests_at_once()
    {
        await using var system = await RunningSystem.StartAsync(("RateLimits__BuyerPerSecond", "1000"), ("RateLimits__BuyerBurst", "1000"));
        await system.StartWorkerAsync();
        var activityId = await system.AddActivityAsync(stock: 100);
        await system.StockIsLiveAsync(activityId);

        var same = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => system.OrderAsync(activityId, "alice", "key-1")));
        var other = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => system.OrderAsync(activityId, "alice", $"other-{i}")));

        same.ShouldAllBe(x => x.Status == HttpStatusCode.Accepted);
        same.Select(x => x.OrderId).Distinct().Count().ShouldBe(1);
        other.ShouldAllBe(x => x.Status == HttpStatusCode.Conflict);
        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 1);
        await system.BooksBalanceAsync();
    }

    [Fact]
    public async Task Should_take_payment_cancel_and_return_stock_on_time()
    {
        await using var system = await RunningSystem.StartAsync();
        await system.StartWorkerAsync();
        var activityId = await system.AddActivityAsync(stock: 2);
        var soonOver = await system.AddActivityAsync(stock: 1, paymentWindowSeconds: 3);
        await system.StockIsLiveAsync(activityId);
        await system.StockIsLiveAsync(soonOver);
        var paid = (await system.OrderAsync(activityId, "payer")).OrderId;
        var cancelled = (await system.OrderAsync(activityId, "canceller")).OrderId;
        await system.OrderAsync(soonOver, "sleeper");
        (await system.OrderAsync(activityId, "too-late")).Status.ShouldBe(HttpStatusCode.Conflict);
        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 2);

        // 202 where the provider's callback takes longer than the call waits.
        (await system.SendAsync(HttpMethod.Post, $"/api/orders/{paid}/pay", "payer")).Status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        await system.OrdersReachAsync(activityId, OrderStatus.Paid, 1);
        (await system.SendAsync(HttpMethod.Post, $"/api/orders/{cancelled}/cancel", "canceller")).Status.ShouldBe(HttpStatusCode.OK);
        (await system.SendAsync(HttpMethod.Post, $"/api/orders/{cancelled}/cancel", "canceller")).Status.ShouldBe(HttpStatusCode.OK);
        (await system.SendAsync(HttpMethod.Post, $"/api/orders/{paid}/cancel", "payer")).Status.ShouldBe(HttpStatusCode.Conflict);

        // Nobody pays the third: its deadline passes, and both units are for sale again.
        await system.OrdersReachAsync(activityId, OrderStatus.Cancelled, 1);
        await system.OrdersReachAsync(soonOver, OrderStatus.Cancelled, 1);
        (await system.OrderAsync(activityId, "second-chance-1")).Status.ShouldBe(HttpStatusCode.Accepted);
        (await system.OrderAsync(soonOver, "second-chance-2")).Status.ShouldBe(HttpStatusCode.Accepted);
        await system.BooksBalanceAsync();

        var (status, transaction) = await system.SendAsync(HttpMethod.Get, $"/api/transactions/{cancelled}", "oscar", Roles.Operator);
        status.ShouldBe(HttpStatusCode.OK);
        transaction.GetProperty("state").GetString().ShouldBe("Cancelled");
        transaction.GetProperty("steps").EnumerateArray().Select(x => x.GetString())
            .ShouldBe(["begun", "prepared", "committed", "cancelling", "cancelled"]);
    }
}
