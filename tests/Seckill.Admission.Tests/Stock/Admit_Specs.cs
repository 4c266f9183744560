namespace Seckill.Admission.Tests.Stock;

[Collection(StockRedisTests.Name)]
public class Admit_Specs(StockRedis redis)
{
    [Fact]
    public async Task Should_reserve_and_write_the_entry()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 3);

        var result = await harness.AdmitAsync("alice", 2, "k1");

        result.Outcome.ShouldBe(AdmissionOutcome.Admitted);
        var order = result.Requested.ShouldNotBeNull();
        order.OrderId.ShouldBe(result.OrderId!.Value);
        order.PaymentWindowSeconds.ShouldBe(900);
        order.AdmittedAt.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(5));
        await harness.ShouldHaveAsync(8, 2, 0);
        var entry = (await harness.Admission.FindEntryAsync(harness.ActivityId, order.OrderId)).ShouldNotBeNull();
        entry.State.ShouldBe(Admission.Stock.OrderEntryState.Admitted);
        entry.Epoch.ShouldBe(1);
        entry.Order.ShouldBe(order);
        var due = await (await harness.DatabaseAsync()).SortedSetScoreAsync(harness.Keys.Pending, order.OrderId.ToString("D"));
        due.ShouldBe(order.AdmittedAt.ToUnixTimeMilliseconds() + 5000);
        (await harness.HeldAsync("alice")).ShouldBe($"2|{order.OrderId}|7|2");
        var lifetime = await (await harness.DatabaseAsync()).KeyTimeToLiveAsync(harness.Keys.Idempotency("alice", "k1"));
        lifetime.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromHours(23), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task Should_refuse_when_the_stock_is_not_there_or_is_being_rebuilt()
    {
        await using var harness = new StockHarness(redis.Server);
        (await harness.AdmitAsync("alice")).Outcome.ShouldBe(AdmissionOutcome.NotReady);
        await harness.OpenAsync(10);
        await harness.AdmittedAsync("alice", key: "k");
        await harness.BeginAsync(2, 10);

        (await harness.AdmitAsync("bob")).Outcome.ShouldBe(AdmissionOutcome.NotReady);
        (await harness.AdmitAsync("alice", key: "k")).Outcome.ShouldBe(AdmissionOutcome.NotReady);
    }

    [Fact]
    public async Task Should_give_the_first_answer_to_a_repeated_key_even_after_closing_and_when_sold_out()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(1);
        var first = await harness.AdmittedAsync("alice", key: "k");

        var soldOut = await harness.AdmitAsync("alice", key: "k");
        await (await harness.DatabaseAsync()).HashSetAsync(harness.Keys.Meta, "closes_at", 1);
        var closed = await harness.AdmitAsync("alice", key: "k");

        soldOut.ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.Repeated, OrderId = first.OrderId });
        closed.ShouldBe(soldOut);
        (await harness.AdmitAsync("bob", key: "k")).Outcome.ShouldBe(AdmissionOutcome.NotOpen);
    }

    [Fact]
    public async Task Should_give_the_first_answer_to_a_repeated_key_after_a_release()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(1);
        var first = await harness.AdmittedAsync("alice", key: "k");
        await harness.Participant.ReleaseAsync(first);

        (await harness.AdmitAsync("alice", key: "k")).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.Repeated, OrderId = first.OrderId });
        (await harness.AdmitAsync("alice", key: "k2")).Outcome.ShouldBe(AdmissionOutcome.Admitted);
    }

    [Fact]
    public async Task Should_refuse_a_key_that_was_used_for_something_else()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);
        var first = await harness.AdmittedAsync("alice", key: "k");

        (await harness.AdmitAsync("alice", 2, "k")).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.KeyReused, OrderId = first.OrderId });
        (await harness.AdmitAsync("alice", 1, "k", sku: 8)).Outcome.ShouldBe(AdmissionOutcome.KeyReused);
        await harness.ShouldHaveAsync(9, 1, 0);
    }

    [Fact]
    public async Task Should_keep_the_keys_of_buyers_apart()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        await harness.AdmittedAsync("a", key: "b:c");

        (await harness.AdmitAsync("a:b", key: "c")).Outcome.ShouldBe(AdmissionOutcome.Admitted);
        (await harness.AdmitAsync("a%3Ab", key: "c")).Outcome.ShouldBe(AdmissionOutcome.Admitted);
    }

    [Fact]
    public async Task Should_go_by_the_window_and_the_clock_of_the_server()
    {
        await using var harness = new StockHarness(redis.Server);
        var now = await (await harness.DatabaseAsync()).Multiplexer.GetServer("127.0.0.1", redis.Server.Port).TimeAsync();
        await harness.OpenAsync(10, opensAt: new DateTimeOffset(now, TimeSpan.Zero).AddSeconds(30));
        (await harness.AdmitAsync("alice")).Outcome.ShouldBe(AdmissionOutcome.NotOpen);

        await harness.OpenAsync(10, opensAt: now.AddHours(-2), closesAt: now.AddSeconds(-1), epoch: 2);
        (await harness.AdmitAsync("alice")).Outcome.ShouldBe(AdmissionOutcome.NotOpen);

        await harness.OpenAsync(10, opensAt: now.AddSeconds(-1), closesAt: now.AddMinutes(1), epoch: 3);
        (await harness.AdmitAsync("alice")).Outcome.ShouldBe(AdmissionOutcome.Admitted);
    }

    [Fact]
    public async Task Should_refuse_an_unknown_sku()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        (await harness.AdmitAsync("alice", sku: 8)).Outcome.ShouldBe(AdmissionOutcome.UnknownSku);
    }

    [Fact]
    public async Task Should_answer_a_keyless_repeat_with_the_latest_order()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);
        await harness.AdmittedAsync("alice", 1);
        var latest = await harness.AdmittedAsync("alice", 2);

        (await harness.AdmitAsync("alice", 2)).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.Repeated, OrderId = latest.OrderId });
        (await harness.AdmitAsync("alice", 1)).Outcome.ShouldBe(AdmissionOutcome.Admitted);
        await harness.ShouldHaveAsync(6, 4, 0);
    }

    [Fact]
    public async Task Should_not_answer_a_keyless_repeat_with_a_released_order()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);
        await harness.AdmittedAsync("alice", 1);
        var latest = await harness.AdmittedAsync("alice", 2);
        await harness.Participant.ReleaseAsync(latest);

        var again = await harness.AdmitAsync("alice", 2);

        again.Outcome.ShouldBe(AdmissionOutcome.Admitted);
        (await harness.HeldAsync("alice")).ShouldBe($"3|{again.OrderId}|7|2");
    }

    [Fact]
    public async Task Should_keep_to_the_limit_of_a_buyer()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 3);
        var first = await harness.AdmittedAsync("alice", 2, "k1");

        (await harness.AdmitAsync("alice", 2, "k2")).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.AlreadyOrdered, OrderId = first.OrderId });
        (await harness.AdmitAsync("alice", 1, "k3")).Outcome.ShouldBe(AdmissionOutcome.Admitted);
        (await harness.AdmitAsync("alice", 1, "k4")).Outcome.ShouldBe(AdmissionOutcome.AlreadyOrdered);
        (await harness.AdmitAsync("bob", 4)).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.AlreadyOrdered });
    }

    [Fact]
    public async Task Should_refuse_more_units_than_are_left()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(3, limit: 5);
        await harness.AdmittedAsync("alice", 2);

        (await harness.AdmitAsync("bob", 2)).Outcome.ShouldBe(AdmissionOutcome.SoldOut);
        harness.SoldOut.IsSoldOut(harness.ActivityId, StockHarness.Sku).ShouldBeFalse();
        (await harness.AdmitAsync("bob", 1)).Outcome.ShouldBe(AdmissionOutcome.Admitted);
        (await harness.AdmitAsync("carol", 1)).Outcome.ShouldBe(AdmissionOutcome.SoldOut);
        harness.SoldOut.IsSoldOut(harness.ActivityId, StockHarness.Sku).ShouldBeTrue();
        await harness.ShouldHaveAsync(0, 3, 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Should_refuse_quantities_that_are_none(int quantity)
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(3);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => harness.AdmitAsync("alice", quantity));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => harness.Participant.PrepareAsync(harness.Unknown("alice", quantity)));
        await harness.ShouldHaveAsync(3, 0, 0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("key")]
    public async Task Should_recognise_its_own_order_when_the_call_is_repeated(string? key)
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(3);
        var calls = harness.Calls();
        var (id, request) = (Guid.CreateVersion7(), harness.Request("alice", key: key));

        var first = await calls.AdmitAsync(id, request);
        var second = await calls.AdmitAsync(id, request);

        first.Code.ShouldBe("admitted");
        second.Code.ShouldBe("repeated");
        second[1].ShouldBe(first[1]);
        second[3].ShouldBe(first[3]);
        second[4].ShouldBe(first[4]);
        await harness.ShouldHaveAsync(2, 1, 0);
    }

    [Fact]
    public async Task Should_recognise_its_own_order_among_newer_ones()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);
        var calls = harness.Calls();
        var (id, request) = (Guid.CreateVersion7(), harness.Request("alice"));
        (await calls.AdmitAsync(id, request)).Code.ShouldBe("admitted");
        await harness.AdmittedAsync("alice", 2);

        var again = await calls.AdmitAsync(id, request);

        again.Code.ShouldBe("repeated");
        ((string?)again[1]).ShouldBe(id.ToString());
        await harness.ShouldHaveAsync(7, 3, 0);
    }

    [Fact]
    public async Task Should_answer_each_of_those_that_travel_together_for_itself()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(3);
        var database = await harness.DatabaseAsync();
        await database.HashSetAsync(harness.Keys.Buyers, "broken", "not what a script writes");
        var calls = harness.Calls();

        string[] buyers = ["alice", "alice", "broken", "bob", "carol", "dora"];
        var answers = await Task.WhenAll(buyers.Select(x => CodeAsync(calls.AdmitAsync(Guid.CreateVersion7(), harness.Request(x)))));

        answers.ShouldBe(["admitted", "repeated", "failed", "admitted", "admitted", "sold_out"]);
        await harness.ShouldHaveAsync(0, 3, 0);
        (await harness.PendingAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task Should_admit_no_more_than_may_be_undecided_at_a_time()
    {
        await using var harness = new StockHarness(redis.Server, new AdmissionOptions { UndecidedOrders = 2 });
        await harness.OpenAsync(10);
        var alice = await harness.AdmittedAsync("alice", key: "a");
        var bob = await harness.AdmittedAsync("bob");

        (await harness.AdmitAsync("carol")).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.Busy });
        await harness.ShouldHaveAsync(8, 2, 0);
        (await harness.HeldAsync("carol")).ShouldBeNull();
        (await harness.AdmitAsync("alice", key: "a")).Outcome.ShouldBe(AdmissionOutcome.Repeated);

        await harness.Participant.CommitAsync(alice);
        await harness.AdmittedAsync("carol");
        (await harness.AdmitAsync("dora")).Outcome.ShouldBe(AdmissionOutcome.Busy);
        await harness.Participant.ReleaseAsync(bob);
        await harness.AdmittedAsync("dora");
    }

    [Fact]
    public async Task Should_count_those_that_travel_together_among_the_undecided()
    {
        await using var harness = new StockHarness(redis.Server, new AdmissionOptions { UndecidedOrders = 2 });
        await harness.OpenAsync(10);

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(x => harness.AdmitAsync($"buyer-{x}")));

        results.Count(x => x.Outcome == AdmissionOutcome.Admitted).ShouldBe(2);
        results.Count(x => x.Outcome == AdmissionOutcome.Busy).ShouldBe(3);
        await harness.ShouldHaveAsync(8, 2, 0);
    }

    [Fact]
    public async Task Should_write_nothing_for_a_sku_that_it_can_not_count_and_admit_the_others()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(3);
        var database = await harness.DatabaseAsync();
        await database.HashSetAsync(harness.Keys.Stock, [new("8:available", 5), new("8:reserved", "many"), new("8:sold", 0)]);
        var calls = harness.Calls();
        var broken = Guid.CreateVersion7();

        var answers = await Task.WhenAll(
            CodeAsync(calls.AdmitAsync(Guid.CreateVersion7(), harness.Request("alice"))),
            CodeAsync(calls.AdmitAsync(broken, harness.Request("bob") with { SkuId = 8 })),
            CodeAsync(calls.AdmitAsync(Guid.CreateVersion7(), harness.Request("carol"))));

        answers.ShouldBe(["admitted", "failed", "admitted"]);
        (await database.HashGetAsync(harness.Keys.Stock, ["7:available", "7:reserved"])).ShouldBe([1, 2]);
        (await harness.PendingAsync()).ShouldBe(2);
        (await harness.HeldAsync("bob")).ShouldBeNull();
        (await database.KeyExistsAsync(harness.Keys.Order(broken))).ShouldBeFalse();
        (await database.HashGetAsync(harness.Keys.Stock, "8:available")).ShouldBe(5);
    }

    [Fact]
    public async Task Should_admit_one_of_those_that_travel_together_with_one_key()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => harness.AdmitAsync("alice", key: "k")));

        results.Count(x => x.Outcome == AdmissionOutcome.Admitted).ShouldBe(1);
        results.Count(x => x.Outcome == AdmissionOutcome.Repeated).ShouldBe(49);
        results.Select(x => x.OrderId).Distinct().Count().ShouldBe(1);
        await harness.ShouldHaveAsync(9, 1, 0);
    }

    [Fact]
    public async Task Should_admit_exactly_the_stock_to_ten_thousand_buyers()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(100);

        var results = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(x => harness.AdmitAsync($"buyer-{x}")));

        results.Count(x => x.Outcome == AdmissionOutcome.Admitted).ShouldBe(100);
        results.Count(x => x.Outcome == AdmissionOutcome.SoldOut).ShouldBe(9_900);
        results.Where(x => x.OrderId is not null).Select(x => x.OrderId).Distinct().Count().ShouldBe(100);
        await harness.ShouldHaveAsync(0, 100, 0);
        (await harness.PendingAsync()).ShouldBe(100);
        (await (await harness.DatabaseAsync()).HashLengthAsync(harness.Keys.Buyers)).ShouldBe(100);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("key")]
    public async Task Should_make_one_order_of_two_hundred_requests_of_one_buyer(string? key)
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(1000, limit: 1000);

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => harness.AdmitAsync("alice", key: key)));

        results.Count(x => x.Outcome == AdmissionOutcome.Admitted).ShouldBe(1);
        results.Count(x => x.Outcome == AdmissionOutcome.Repeated).ShouldBe(199);
        results.Select(x => x.OrderId).Distinct().Count().ShouldBe(1);
        await harness.ShouldHaveAsync(999, 1, 0);
    }

    static async Task<string> CodeAsync(Task<Admission.Stock.StockAnswer> call)
    {
        try
        {
            return (await call).Code;
        }
        catch (Admission.Redis.RedisScriptException)
        {
            return "failed";
        }
    }
}
