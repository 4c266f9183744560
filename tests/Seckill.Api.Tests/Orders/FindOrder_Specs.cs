using System.Diagnostics;
using System.Net;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Api.Orders;
using Seckill.Contracts;
using Seckill.Hosting.Identity;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Orders;

[Collection(ApiCollection.Name)]
public sealed class FindOrder_Specs(ApiServers servers)
{
    readonly ApiHost _api = servers.Api;

    OrderWaiters Waiters => _api.Services.GetRequiredService<OrderWaiters>();

    [Fact]
    public async Task Should_show_an_order_with_all_its_fields()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);

        var answer = (await _api.GetAsync($"/api/orders/{id}", "alice")).ShouldBe(HttpStatusCode.OK);

        answer["orderId"].ShouldBe(id.ToString());
        answer["status"].ShouldBe("confirmed");
        answer["amountCents"].ShouldBe("9900");
        (DateTimeOffset.Parse(answer["payBy"]!, null) - DateTimeOffset.Parse(answer["confirmedAt"]!, null)).ShouldBe(TimeSpan.FromMinutes(15));
        answer.Json.EnumerateObject().Select(x => x.Name).ShouldBe(
            ["orderId", "activityId", "skuId", "quantity", "amountCents", "status", "reason", "createdAt", "confirmedAt", "payBy", "paidAt", "closedAt"],
            ignoreOrder: true);
    }

    [Fact]
    public async Task Should_hide_another_buyers_order()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);

        (await _api.GetAsync($"/api/orders/{id}", "mallory")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "?wait=1")]
    [InlineData("POST", "/cancel")]
    [InlineData("POST", "/pay")]
    public async Task Should_say_of_another_buyers_order_what_it_says_of_none(string method, string call)
    {
        var (foreign, none) = (await _api.AddOrderAsync("alice", OrderStatus.Confirmed), OrderIds.New(DateTimeOffset.UtcNow));

        var answers = new List<string>();
        foreach (var id in new[] { foreign, none })
        {
            var answer = await _api.SendAsync(new HttpMethod(method), $"/api/orders/{id}{call}", subject: "mallory");
            answer.ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
            answers.Add(answer.Text.Replace(id.ToString(), "ID", StringComparison.Ordinal));
        }

        answers[0].ShouldBe(answers[1]);
    }

    [Theory]
    [InlineData(Roles.Operator)]
    [InlineData(Roles.Admin)]
    public async Task Should_show_any_order_to_operators(string role)
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);

        (await _api.GetAsync($"/api/orders/{id}", "olga", role)).ShouldBe(HttpStatusCode.OK)["orderId"].ShouldBe(id.ToString());
    }

    [Theory]
    [InlineData("019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877")]
    [InlineData("7d444840-9dc0-11d1-b245-5ffdce74fad2")]
    [InlineData("1")]
    [InlineData("019a9f5e6c007a3b8f4e2d1c0b9a8877")]
    [InlineData("'; DROP TABLE orders; --")]
    public async Task Should_know_no_such_order(string id)
        => (await _api.GetAsync("/api/orders/" + Uri.EscapeDataString(id), "alice")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");

    [Theory]
    [InlineData("wait=31", "wait")]
    [InlineData("wait=-1", "wait")]
    [InlineData("wait=soon", "wait")]
    [InlineData("wait=1&wait=2", "wait")]
    [InlineData("since=done", "since")]
    [InlineData("timeout=1", "timeout")]
    public async Task Should_blame_each_wrong_parameter(string query, string field)
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);

        (await _api.GetAsync($"/api/orders/{id}?{query}", "alice")).ShouldBlame(field);
    }

    [Fact]
    public async Task Should_find_an_admitted_order_that_another_process_took()
    {
        var activity = await _api.AddActivityAsync();
        await using var other = await ApiHost.StartAsync(servers);
        var placed = await other.OrderAsync(activity, "alice");

        var answer = (await _api.GetAsync(placed["statusUrl"]!, "alice")).ShouldBe(HttpStatusCode.OK);

        answer["status"].ShouldBe("pending");
        answer["amountCents"].ShouldBe("9900");
    }

    [Fact]
    public async Task Should_not_call_an_order_pending_that_holds_no_units_and_that_MySQL_would_not_have()
    {
        var activity = await _api.AddActivityAsync();
        var placed = await _api.OrderAsync(activity, "alice");
        var redis = await _api.Services.GetRequiredService<RedisConnections>().Stock.DatabaseAsync();
        await redis.HashSetAsync(new StockKeys(activity).Order(Guid.Parse(placed["orderId"]!)), "state", "r");
        // Not the process that remembers what it has answered.
        await using var other = await ApiHost.StartAsync(servers);

        var answer = (await other.GetAsync(placed["statusUrl"]!, "alice")).ShouldBe(HttpStatusCode.OK);

        (answer["status"], answer["reason"]).ShouldBe(("failed", RefusalReasons.Fault));
    }

    [Theory]
    [InlineData("a", "pending", null)]
    [InlineData("p", "pending", null)]
    [InlineData("r", "failed", RefusalReasons.Fault)]
    public async Task Should_know_an_order_without_a_row_long_after_its_activity_closed(string state, string status, string? reason)
    {
        var activity = await _api.AddActivityAsync(opensIn: TimeSpan.FromDays(-29), warmUp: false);
        var id = await AddEntryAsync(activity, DateTimeOffset.UtcNow.AddDays(-29).AddMinutes(30), state);
        // One that has not read the catalogue before this activity, which is new and long over at once, was in it.
        await using var other = await ApiHost.StartAsync(servers);

        var answer = (await other.GetAsync($"/api/orders/{id}", "alice")).ShouldBe(HttpStatusCode.OK);

        (answer["status"], answer["reason"], answer["activityId"]).ShouldBe((status, reason, $"{activity}"));
    }

    [Fact]
    public async Task Should_ask_Redis_of_old_activities_only_about_orders_of_their_time()
    {
        var activity = await _api.AddActivityAsync(opensIn: TimeSpan.FromDays(-20), warmUp: false);
        var id = await AddEntryAsync(activity, DateTimeOffset.UtcNow.AddDays(-10), "a");
        await using var other = await ApiHost.StartAsync(servers);

        (await other.GetAsync($"/api/orders/{id}", "alice")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public void Should_look_for_all_who_wait_for_one_order_and_know_different_things()
    {
        var waiters = new OrderWaiters();
        var orderId = Guid.NewGuid();
        using var first = waiters.Begin(orderId, OrderStatus.Pending);
        waiters.Snapshot().Single().Known.ShouldBe(OrderStatus.Pending);
        using var second = waiters.Begin(orderId, OrderStatus.Pending);
        waiters.Snapshot().Single().Known.ShouldBe(OrderStatus.Pending);

        using var third = waiters.Begin(orderId, OrderStatus.Confirmed);

        waiters.Snapshot().Single().Known.ShouldBeEmpty("no status that MySQL may have is what all of them know");
    }

    [Fact]
    public async Task Should_answer_at_once_when_there_is_nothing_to_wait_for()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        var watch = Stopwatch.StartNew();

        (await _api.GetAsync($"/api/orders/{id}?wait=20", "alice"))["status"].ShouldBe("confirmed");
        (await _api.GetAsync($"/api/orders/{id}?wait=20&since=pending", "alice"))["status"].ShouldBe("confirmed");

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Should_answer_when_the_news_arrives()
    {
        var activity = await _api.AddActivityAsync();
        var placed = await _api.OrderAsync(activity, "alice");
        var waiting = _api.GetAsync(placed["statusUrl"] + "?wait=20", "alice");
        await Eventually.HoldsAsync(() => Waiters.Count == 1, "a request waits");

        // MySQL has no such order: whoever answers can have it from the news only.
        await _api.TellAsync(Guid.Parse(placed["orderId"]!), activity, OrderStatus.Confirmed);

        var answer = (await waiting).ShouldBe(HttpStatusCode.OK);
        answer["status"].ShouldBe("confirmed");
        answer["confirmedAt"].ShouldNotBeNull();
        answer["payBy"].ShouldNotBeNull();
        Waiters.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Should_wait_for_the_next_change_of_any_status()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        var waiting = _api.GetAsync($"/api/orders/{id}?wait=20&since=confirmed", "alice");
        await Eventually.HoldsAsync(() => Waiters.Count == 1, "a request waits");

        await _api.SetStatusAsync(id, OrderStatus.Paid);
        await _api.TellAsync(id, ApiHost.OtherActivity, OrderStatus.Paid);

        (await waiting)["status"].ShouldBe("paid");
    }

    [Fact]
    public async Task Should_find_a_change_whose_news_was_lost()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Pending);
        var watch = Stopwatch.StartNew();
        var waiting = _api.GetAsync($"/api/orders/{id}?wait=30", "alice");
        await Eventually.HoldsAsync(() => Waiters.Count == 1, "a request waits");

        await _api.SetStatusAsync(id, OrderStatus.Failed);

        (await waiting)["status"].ShouldBe("failed");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Should_wake_everybody_who_waits_for_an_order()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Pending);
        var waiting = Enumerable.Range(0, 30).Select(_ => _api.GetAsync($"/api/orders/{id}?wait=30", "operator", Roles.Operator)).ToList();
        await Eventually.HoldsAsync(() => Waiters.Count == 1, "requests wait");

        await _api.SetStatusAsync(id, OrderStatus.Confirmed);
        await _api.TellAsync(id, ApiHost.OtherActivity, OrderStatus.Confirmed);

        (await Task.WhenAll(waiting)).ShouldAllBe(x => x["status"] == "confirmed");
        Waiters.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Should_answer_with_the_status_as_it_is_when_the_time_is_up()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Pending);
        var watch = Stopwatch.StartNew();

        (await _api.GetAsync($"/api/orders/{id}?wait=1", "alice")).ShouldBe(HttpStatusCode.OK)["status"].ShouldBe("pending");

        watch.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(0.95), TimeSpan.FromSeconds(10));
        Waiters.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Should_stop_waiting_when_the_client_hangs_up()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Pending);
        using var client = new CancellationTokenSource();
        var waiting = _api.SendAsync(HttpMethod.Get, $"/api/orders/{id}?wait=30", subject: "alice", cancellationToken: client.Token);
        await Eventually.HoldsAsync(() => Waiters.Count == 1, "a request waits");

        await client.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        await Eventually.HoldsAsync(() => Waiters.Count == 0, "nobody waits any more");
    }

    [Fact]
    public async Task Should_answer_those_who_wait_when_the_process_stops()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Pending);
        var stopping = await ApiHost.StartAsync(servers);
        var waiting = stopping.GetAsync($"/api/orders/{id}?wait=30", "alice");
        await Eventually.HoldsAsync(
            () => stopping.Services.GetRequiredService<OrderWaiters>().Count == 1, "a request waits");
        var watch = Stopwatch.StartNew();

        await stopping.StopAsync();

        (await waiting)["status"].ShouldBe("pending");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        await stopping.DisposeAsync();
    }

    [Fact]
    public async Task Should_not_go_back_on_late_news()
    {
        var id = await _api.AddOrderAsync("alice", OrderStatus.Confirmed);
        (await _api.GetAsync($"/api/orders/{id}", "alice"))["status"].ShouldBe("confirmed");

        await _api.TellAsync(id, ApiHost.OtherActivity, OrderStatus.Pending);
        await _api.TellAsync(id, ApiHost.OtherActivity, OrderStatus.Pending);

        (await _api.GetAsync($"/api/orders/{id}", "alice"))["status"].ShouldBe("confirmed");
    }

    /// <summary>The record of an order of alice, as an admission of that time left it.</summary>
    async Task<Guid> AddEntryAsync(long activityId, DateTimeOffset at, string state)
    {
        var orderId = OrderIds.New(at);
        var redis = await _api.Services.GetRequiredService<RedisConnections>().Stock.DatabaseAsync();
        await redis.HashSetAsync(new StockKeys(activityId).Order(orderId),
        [
            new("state", state), new("epoch", 1), new("sku", 1), new("buyer", "alice"), new("qty", 1), new("price", 9900),
            new("at", at.ToUnixTimeMilliseconds()), new("window", 900), new("key", ""),
        ]);
        return orderId;
    }
}
