using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

using Dapper;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Hosting.Identity;
using Seckill.TestSupport;

namespace Seckill.System.Tests.WholeSystem;

/// <summary>Orders that fail walk a visible, bounded path to a consistent end or to a person, on real servers and in real processes.</summary>
[Collection(SystemCollection.Name)]
public sealed class FailedSale_Specs
{
    static readonly (string, string)[] ShortDelays =
    [
        ("Compensation__RetryDelaySeconds__0", "1"), ("Compensation__MaxRetries", "2"), ("Compensation__DeadLetterMaxRetries", "1"),
        ("Compensation__DeadLetterDelaySeconds", "1"), ("Compensation__SweepSeconds", "1"), ("Compensation__AttemptLeaseSeconds", "2"),
        ("Compensation__TransactionAttempts", "1"), ("Circuit__ProbeIntervalMilliseconds", "200"),
    ];

    [Fact]
    public async Task Should_heal_by_itself_when_the_cause_goes_away()
    {
        await using var system = await RunningSystem.StartAsync(ShortDelays);
        await system.StartWorkerAsync((Fault(KnownPoints.AfterPrepared.Name), "throw:5"));
        var activityId = await system.AddActivityAsync(stock: 20);
        await system.StockIsLiveAsync(activityId);

        (await system.SellAsync(activityId, 20)).ShouldBe(20);

        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 20);
        await NothingIsCompensatedAsync(system);
        await system.BooksBalanceAsync();
        await Eventually.HoldsAsync(
            async () => await system.StepsAsync("handed_over") is >= 1 and var handedOver && await system.StepsAsync("succeeded") == handedOver,
            "the log has as many ends as orders that were handed over");
    }

    [Fact]
    public async Task Should_be_archived_when_nothing_helps_and_end_by_hand()
    {
        await using var system = await RunningSystem.StartAsync(ShortDelays);
        var worker = await system.StartWorkerAsync((Fault(KnownPoints.AfterPrepared.Name), "throw"));
        var activityId = await system.AddActivityAsync(stock: 5);
        await system.StockIsLiveAsync(activityId);
        var orders = new List<Guid>();
        for (var i = 0; i < 3; i++)
            orders.Add((await system.OrderAsync(activityId, $"buyer-{i}")).OrderId!.Value);

        await Eventually.HoldsAsync(async () => await ArchivedAsync(system, handled: false) == 3, "all are archived", TimeSpan.FromSeconds(90));
        var (_, view) = await system.SendAsync(HttpMethod.Get, $"/api/transactions/{orders[0]}", "olga", Roles.Operator);
        view.GetProperty("state").GetString().ShouldBe("Prepared");
        view.GetProperty("compensation").GetProperty("status").GetString().ShouldBe("archived");
        view.GetProperty("retries").GetProperty("lastError").GetString()!.ShouldStartWith("archived: ");
        (await system.RetryCountAsync(orders[0])).ShouldBe("2");
        await Eventually.HoldsAsync(async () => await DeadLetteredAsync(worker) == 3, "all are counted as dead letters");
        await Eventually.HoldsAsync(
            async () => (await TimelineAsync(system, orders[0])).Contains("compensation.archived"), "the table has the log", TimeSpan.FromSeconds(30));
        (await TimelineAsync(system, orders[0])).Where(x => x.StartsWith("compensation.", StringComparison.Ordinal) && !x.EndsWith("alerted", StringComparison.Ordinal))
            .ShouldBe(
            [
                "compensation.handed_over", "compensation.scheduled", "compensation.attempt_failed", "compensation.scheduled", "compensation.attempt_failed",
                "compensation.dead_lettered", "compensation.dead_letter_failed", "compensation.archived",
            ]);
        var failed = await system.SendAsync(HttpMethod.Post, $"/reprocess_order/{orders[0]}", "olga", Roles.Operator, new { note = "try" });
        failed.Status.ShouldBe(HttpStatusCode.Conflict);

        await worker.KillAsync();
        await system.StartWorkerAsync();
        var settled = await system.SendAsync(HttpMethod.Post, $"/reprocess_order/{orders[0]}", "olga", Roles.Operator, new { note = "repaired" });
        settled.Status.ShouldBe(HttpStatusCode.OK);
        settled.Body.GetProperty("state").GetString().ShouldBe("Committed");
        (await system.RetryCountAsync(orders[0])).ShouldBeNull();
        (await system.SendAsync(HttpMethod.Post, "/api/failed-orders/reprocess", "olga", Roles.Operator, new { activityId })).Status
            .ShouldBe(HttpStatusCode.Accepted);

        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 3);
        await Eventually.HoldsAsync(async () => await ArchivedAsync(system, handled: true) == 3, "all are handled", TimeSpan.FromSeconds(30));
        await NothingIsCompensatedAsync(system);
        await system.BooksBalanceAsync();
    }

    [Fact]
    public async Task Should_archive_an_order_that_MySQL_never_had()
    {
        await using var system = await RunningSystem.StartAsync(ShortDelays);
        var worker = await system.StartWorkerAsync((Fault(KnownPoints.AfterRedisPrepare.Name), "throw"));
        var activityId = await system.AddActivityAsync(stock: 5);
        await system.StockIsLiveAsync(activityId);
        var order = (await system.OrderAsync(activityId, "alice")).OrderId!.Value;

        await Eventually.HoldsAsync(async () => await ArchivedAsync(system, handled: false) == 1, "it is archived", TimeSpan.FromSeconds(90));
        // MySQL is told after the archive has it.
        await Eventually.HoldsAsync(async () => await CompensationAsync(system, order) == "archived", "its row says so");
        (await system.SendAsync(HttpMethod.Get, $"/api/orders/{order}", "alice")).Body.GetProperty("status").GetString().ShouldBe(OrderStatus.Pending);

        await worker.KillAsync();
        await system.StartWorkerAsync();
        (await system.SendAsync(HttpMethod.Post, $"/reprocess_order/{order}", "olga", Roles.Operator)).Status.ShouldBe(HttpStatusCode.OK);
        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 1);
        await system.BooksBalanceAsync();
    }

    /// <summary>A worker dies at each step of the walk, and another one goes on with it.</summary>
    [Theory]
    [InlineData("after-compensation-begun")]
    [InlineData("after-attempt-started")]
    [InlineData("after-attempt-failed")]
    [InlineData("before-dead-letter-attempt")]
    [InlineData("after-archived")]
    public async Task Should_lose_nothing_and_do_nothing_twice_when_a_worker_dies_on_the_way(string point)
    {
        await using var system = await RunningSystem.StartAsync(ShortDelays);
        var dying = await system.StartWorkerAsync((Fault(KnownPoints.AfterPrepared.Name), "throw"), (Fault(point), "crash:2"));
        var activityId = await system.AddActivityAsync(stock: 5);
        await system.StockIsLiveAsync(activityId);
        (await system.SellAsync(activityId, 5)).ShouldBe(5);
        await dying.WaitForExitAsync();

        var failing = await system.StartWorkerAsync((Fault(KnownPoints.AfterPrepared.Name), "throw"));
        await Eventually.HoldsAsync(async () => await ArchivedAsync(system, handled: false) == 5, "all are archived", TimeSpan.FromSeconds(120));
        await failing.KillAsync();

        await system.StartWorkerAsync();
        await system.SendAsync(HttpMethod.Post, "/api/failed-orders/reprocess", "olga", Roles.Operator, new { activityId });
        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 5);
        await NothingIsCompensatedAsync(system);
        await system.BooksBalanceAsync();
    }

    [Fact]
    public async Task Should_wait_in_Kafka_while_Redis_is_away_and_commit_everything_after()
    {
        await using var system = await RunningSystem.StartAsync(ShortDelays);
        var first = await system.StartWorkerAsync();
        var activityId = await system.AddActivityAsync(stock: 200);
        await system.StockIsLiveAsync(activityId);
        await first.KillAsync();
        (await system.SellAsync(activityId, 100)).ShouldBe(100);
        await system.Stock.KillAsync();

        var worker = await system.StartWorkerAsync();
        await Eventually.HoldsAsync(async () => await CircuitAsync(worker) == "unhealthy", "the circuit is open", TimeSpan.FromSeconds(60));
        await system.Stock.RestartAsync();

        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 100, seconds: 120);
        await Eventually.HoldsAsync(async () => await CircuitAsync(worker) == "healthy", "the circuit is closed", TimeSpan.FromSeconds(30));
        await system.BooksBalanceAsync();
        await Eventually.HoldsAsync(
            async () => (await TimelineAsync(system, system.Accepted.First().OrderId)).Intersect(["dependency_down", "dependency_up"]).Count() == 2,
            "an order that waited says for what", TimeSpan.FromSeconds(30));
        await NothingWasGivenUpAsync(system, worker);
    }

    [Fact]
    public async Task Should_wait_in_Kafka_while_MySQL_is_away_and_commit_everything_after()
    {
        await using var system = await RunningSystem.StartAsync(ShortDelays);
        await using var gate = new TcpGate(system.MySqlPort);
        gate.Open();
        var worker = await system.StartWorkerAsync(
            ("Database__MySql__Host", "127.0.0.1"), ("Database__MySql__Port", gate.Port.ToString(CultureInfo.InvariantCulture)));
        var activityId = await system.AddActivityAsync(stock: 200);
        await system.StockIsLiveAsync(activityId);
        (await system.SellAsync(activityId, 20, "before")).ShouldBe(20);

        await gate.CloseAsync();
        (await system.SellAsync(activityId, 80, "during")).ShouldBe(80);
        await Eventually.HoldsAsync(async () => await CircuitAsync(worker) == "unhealthy", "the circuit is open", TimeSpan.FromSeconds(60));
        gate.Open();

        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 100, seconds: 120);
        await system.BooksBalanceAsync();
        await NothingWasGivenUpAsync(system, worker);
    }

    [Fact]
    public async Task Should_follow_settings_that_are_changed_while_it_runs()
    {
        await using var system = await RunningSystem.StartAsync(ShortDelays);
        await system.StartWorkerAsync((Fault(KnownPoints.AfterPrepared.Name), "throw"));
        var activityId = await system.AddActivityAsync(stock: 5);
        await system.StockIsLiveAsync(activityId);

        var (status, _) = await system.SendAsync(
            HttpMethod.Put, "/api/settings/compensation", "olga", Roles.Operator, new { maxRetries = 0, deadLetterMaxRetries = 0 });
        status.ShouldBe(HttpStatusCode.OK);
        await Eventually.HoldsAsync(
            async () =>
            {
                // An order that follows the new settings is archived without an attempt.
                await system.OrderAsync(activityId, "buyer-" + Guid.NewGuid().ToString("N"));
                return await system.StepsAsync("archived") > 0;
            },
            "the workers follow",
            TimeSpan.FromSeconds(60));
    }

    static string Fault(string point) => "FaultPoints__" + point;

    static async Task<string?> CircuitAsync(ProgramProcess worker)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(worker.Address, "/healthz/ready"));
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return body.GetProperty("checks").GetProperty("circuit").GetProperty("status").GetString();
    }

    static async Task<string?> CompensationAsync(RunningSystem system, Guid orderId)
    {
        var (status, view) = await system.SendAsync(HttpMethod.Get, $"/api/transactions/{orderId}", "olga", Roles.Operator);
        status.ShouldBe(HttpStatusCode.OK);
        return view.GetProperty("compensation").GetProperty("status").GetString();
    }

    static async Task<int> ArchivedAsync(RunningSystem system, bool handled)
    {
        var (status, body) = await system.SendAsync(HttpMethod.Get, $"/api/failed-orders?handled={(handled ? "true" : "false")}&limit=100", "olga", Roles.Operator);
        status.ShouldBe(HttpStatusCode.OK);
        return body.GetProperty("items").GetArrayLength();
    }

    /// <summary>By the worker's own count, which is there at once; the log of steps fills behind the orders.</summary>
    static async Task<int> DeadLetteredAsync(ProgramProcess worker)
        => Regex.Match(await worker.ScrapeAsync(), "^compensation_dead_lettered_total ([0-9]+)$", RegexOptions.Multiline) is { Success: true } count
            ? int.Parse(count.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;

    static async Task NothingWasGivenUpAsync(RunningSystem system, ProgramProcess worker)
    {
        (await ArchivedAsync(system, handled: false)).ShouldBe(0);
        (await ArchivedAsync(system, handled: true)).ShouldBe(0);
        (await DeadLetteredAsync(worker)).ShouldBe(0);
    }

    static async Task<IReadOnlyList<string>> TimelineAsync(RunningSystem system, Guid orderId)
    {
        var (_, body) = await system.SendAsync(HttpMethod.Get, $"/api/transactions/{orderId}", "olga", Roles.Operator);
        return [.. body.GetProperty("timeline").EnumerateArray().Select(x => x.GetProperty("step").GetString()!)];
    }

    static Task NothingIsCompensatedAsync(RunningSystem system) => Eventually.HoldsAsync(
        async () =>
        {
            await using var connection = await system.Database.OpenAsync();
            return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM compensation") == 0;
        },
        "no compensation is under way",
        TimeSpan.FromSeconds(60));
}
