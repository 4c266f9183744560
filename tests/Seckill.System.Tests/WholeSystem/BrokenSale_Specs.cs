using Dapper;

using Seckill.Contracts;
using Seckill.Faults;

namespace Seckill.System.Tests.WholeSystem;

/// <summary>Servers and processes fail in the middle of a sale: nothing oversells, nothing accepted is lost, nothing stays undecided.</summary>
[Collection(SystemCollection.Name)]
public sealed class BrokenSale_Specs
{
    [Fact]
    public async Task Should_accept_while_Kafka_is_down_and_commit_everything_after()
    {
        await using var system = await RunningSystem.StartAsync();
        await system.StartWorkerAsync();
        var activityId = await system.AddActivityAsync(stock: 200);
        await system.StockIsLiveAsync(activityId);

        (await system.SellAsync(activityId, 50, "before")).ShouldBe(50);
        await system.Kafka.DownAsync();
        (await system.SellAsync(activityId, 100, "during")).ShouldBe(100);
        await system.Kafka.UpAsync();

        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 150);
        await system.BooksBalanceAsync();
    }

    [Fact]
    public async Task Should_commit_everything_after_Kafka_lost_everything()
    {
        await using var system = await RunningSystem.StartAsync();
        var warm = await system.StartWorkerAsync();
        var activityId = await system.AddActivityAsync(stock: 200);
        await system.StockIsLiveAsync(activityId);
        await warm.KillAsync();

        // No worker: the orders stand in Kafka, until they don't.
        (await system.SellAsync(activityId, 150)).ShouldBe(150);
        await system.Kafka.LoseEverythingAsync();
        await system.StartWorkerAsync();

        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 150);
        await system.BooksBalanceAsync();
    }

    [Fact]
    public async Task Should_rebuild_the_stock_when_Redis_is_emptied_in_the_middle_of_a_sale()
    {
        await using var system = await RunningSystem.StartAsync();
        await system.StartWorkerAsync();
        var activityId = await system.AddActivityAsync(stock: 300);
        await system.StockIsLiveAsync(activityId);
        (await system.SellAsync(activityId, 100, "before")).ShouldBe(100);

        var selling = system.SellAsync(activityId, 400, "during");
        await system.Stock.RestartEmptyAsync();
        await selling;

        await system.BooksBalanceAsync();
        var orders = await system.OrdersAsync(activityId);
        orders.GetValueOrDefault(OrderStatus.Confirmed).ShouldBeLessThanOrEqualTo(300);
        orders.GetValueOrDefault(OrderStatus.Pending).ShouldBe(0);
        orders.Values.Sum().ShouldBeGreaterThanOrEqualTo(system.Accepted.Count(x => x.ActivityId == activityId), "each order that was accepted has its row");
    }

    [Fact]
    public async Task Should_relay_what_a_dead_API_admitted_and_never_published()
    {
        await using var system = await RunningSystem.StartAsync();
        await system.StartWorkerAsync();
        var activityId = await system.AddActivityAsync(stock: 50);
        await system.StockIsLiveAsync(activityId);

        // An API that never reaches Kafka, and dies with all that it had not published.
        await system.StartApiAsync(("Kafka__Bootstrap", "127.0.0.1:1"));
        (await system.SellAsync(activityId, 40)).ShouldBe(40);
        await system.Api.KillAsync();

        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 40);
        await system.StartApiAsync();
        await system.BooksBalanceAsync();
    }

    /// <summary>A worker dies at every crash window of the protocol, and another one takes over.</summary>
    [Theory]
    [InlineData("after-redis-prepare")]
    [InlineData("before-mysql-commit")]
    [InlineData("after-mysql-commit")]
    [InlineData("after-prepared")]
    [InlineData("after-redis-commit")]
    [InlineData("after-decision")]
    public async Task Should_finish_what_a_worker_that_died_had_begun(string faultPoint)
    {
        await using var system = await RunningSystem.StartAsync();
        var doomed = await system.StartWorkerAsync(($"FaultPoints__{faultPoint}", "crash:3"));
        var activityId = await system.AddActivityAsync(stock: 100);
        await system.StockIsLiveAsync(activityId);

        var selling = system.SellAsync(activityId, 150);
        await doomed.WaitForExitAsync();
        await system.StartWorkerAsync();
        await selling;

        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 100);
        await system.BooksBalanceAsync();
    }

    [Theory]
    [InlineData("after-cancel-written")]
    [InlineData("after-redis-release")]
    public async Task Should_finish_a_cancel_that_a_dead_worker_had_begun(string faultPoint)
    {
        await using var system = await RunningSystem.StartAsync(("Transaction__UnfinishedRetrySeconds", "1"));
        var doomed = await system.StartWorkerAsync(($"FaultPoints__{faultPoint}", "crash:1"));
        var activityId = await system.AddActivityAsync(stock: 5, paymentWindowSeconds: 2);
        await system.StockIsLiveAsync(activityId);
        (await system.SellAsync(activityId, 5)).ShouldBe(5);

        await doomed.WaitForExitAsync();
        await system.StartWorkerAsync();

        await system.OrdersReachAsync(activityId, OrderStatus.Cancelled, 5);
        await system.BooksBalanceAsync();
        (await system.SellAsync(activityId, 5, "again")).ShouldBe(5);
    }

    [Fact]
    public async Task Should_roll_back_what_nobody_decides_in_time()
    {
        await using var system = await RunningSystem.StartAsync(
            ("Transaction__TimeoutSeconds", "2"), ("Clock__UnfinishedGraceSeconds", "600"),
            ("Admission__RelayDelaySeconds", "600"), ("Admission__RelayRepeatSeconds", "600"));
        var doomed = await system.StartWorkerAsync(($"FaultPoints__{KnownPoints.AfterPrepared}", "crash:1"));
        var activityId = await system.AddActivityAsync(stock: 5);
        await system.StockIsLiveAsync(activityId);
        await system.OrderAsync(activityId, "alice");
        await doomed.WaitForExitAsync();

        // Its message is gone, and recovery and relay are slow: only the scan of suspended transactions is left to find it in time.
        await system.Kafka.LoseEverythingAsync();
        await using (var connection = await system.Database.OpenAsync())
            (await connection.ExecuteScalarAsync<string>("SELECT state FROM order_transaction")).ShouldBe("Prepared");
        await system.StartWorkerAsync();

        await system.OrdersReachAsync(activityId, OrderStatus.Failed, 1);
        await system.BooksBalanceAsync();
    }
}
