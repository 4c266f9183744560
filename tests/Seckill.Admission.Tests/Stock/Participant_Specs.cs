using Seckill.Admission.Stock;
using Seckill.Contracts;

namespace Seckill.Admission.Tests.Stock;

[Collection(StockRedisTests.Name)]
public class Participant_Specs(StockRedis redis)
{
    [Fact]
    public async Task Should_move_units_from_available_to_reserved_to_sold_and_back()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);
        var order = await harness.AdmittedAsync("alice", 3);

        (await harness.Participant.PrepareAsync(order)).ShouldBe(PrepareOutcome.Prepared);
        await harness.ShouldHaveAsync(7, 3, 0);
        (await harness.PendingAsync()).ShouldBe(1);
        (await harness.StateAsync(order.OrderId)).ShouldBe(OrderEntryState.Prepared);

        (await harness.Participant.CommitAsync(order)).ShouldBe(CommitOutcome.Committed);
        await harness.ShouldHaveAsync(7, 0, 3);
        (await harness.PendingAsync()).ShouldBe(0);
        (await harness.HeldAsync("alice")).ShouldStartWith("3|");
        (await LifetimeAsync(harness, order)).ShouldBeInRange(TimeSpan.FromDays(6.9), TimeSpan.FromDays(7));

        (await harness.Participant.ReleaseAsync(order)).ShouldBe(ReleaseOutcome.Released);
        await harness.ShouldHaveAsync(10, 0, 0);
        (await harness.HeldAsync("alice")).ShouldBeNull();
        (await harness.StateAsync(order.OrderId)).ShouldBe(OrderEntryState.Released);
        (await LifetimeAsync(harness, order)).ShouldBeInRange(TimeSpan.FromHours(47), TimeSpan.FromHours(48));
    }

    [Fact]
    public async Task Should_answer_repeats_without_moving_anything()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        var order = await harness.AdmittedAsync("alice");

        await harness.Participant.PrepareAsync(order);
        (await harness.Participant.PrepareAsync(order)).ShouldBe(PrepareOutcome.Repeated);
        await harness.ShouldHaveAsync(9, 1, 0);

        await harness.Participant.CommitAsync(order);
        (await harness.Participant.CommitAsync(order)).ShouldBe(CommitOutcome.Repeated);
        (await harness.Participant.PrepareAsync(order)).ShouldBe(PrepareOutcome.Committed);
        await harness.ShouldHaveAsync(9, 0, 1);

        await harness.Participant.ReleaseAsync(order);
        (await harness.Participant.ReleaseAsync(order)).ShouldBe(ReleaseOutcome.Repeated);
        (await harness.Participant.PrepareAsync(order)).ShouldBe(PrepareOutcome.Released);
        (await harness.Participant.CommitAsync(order)).ShouldBe(CommitOutcome.Released);
        await harness.ShouldHaveAsync(10, 0, 0);
    }

    [Fact]
    public async Task Should_commit_what_was_only_admitted()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        (await harness.Participant.CommitAsync(await harness.AdmittedAsync("alice"))).ShouldBe(CommitOutcome.Committed);
        await harness.ShouldHaveAsync(9, 0, 1);
        (await harness.PendingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Should_release_what_was_only_admitted_or_prepared()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        (await harness.Participant.ReleaseAsync(await harness.AdmittedAsync("alice"))).ShouldBe(ReleaseOutcome.Released);
        var prepared = await harness.AdmittedAsync("bob");
        await harness.Participant.PrepareAsync(prepared);

        (await harness.Participant.ReleaseAsync(prepared)).ShouldBe(ReleaseOutcome.Released);

        await harness.ShouldHaveAsync(10, 0, 0);
        (await harness.PendingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Should_reserve_again_what_redis_has_lost()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(2);
        var order = harness.Unknown("alice", key: "k");

        (await harness.Participant.PrepareAsync(order)).ShouldBe(PrepareOutcome.ReservedAgain);

        await harness.ShouldHaveAsync(1, 1, 0);
        (await harness.PendingAsync()).ShouldBe(1);
        (await harness.AdmitAsync("alice", key: "k")).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.Repeated, OrderId = order.OrderId });
        (await harness.Participant.PrepareAsync(order)).ShouldBe(PrepareOutcome.Repeated);
        (await harness.Participant.PrepareAsync(harness.Unknown("alice"))).ShouldBe(PrepareOutcome.LimitReached);
        (await harness.Participant.PrepareAsync(harness.Unknown("bob"))).ShouldBe(PrepareOutcome.ReservedAgain);
        (await harness.Participant.PrepareAsync(harness.Unknown("carol"))).ShouldBe(PrepareOutcome.SoldOut);
        await harness.ShouldHaveAsync(0, 2, 0);
    }

    [Fact]
    public async Task Should_take_again_what_redis_has_lost()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(2);
        var order = harness.Unknown("alice", key: "k");

        (await harness.Participant.CommitAsync(order)).ShouldBe(CommitOutcome.TakenAgain);

        await harness.ShouldHaveAsync(1, 0, 1);
        // The relay is to ask MySQL whether the order still stands.
        (await harness.PendingAsync()).ShouldBe(1);
        (await harness.AdmitAsync("alice", key: "k")).Outcome.ShouldBe(AdmissionOutcome.Repeated);
        (await harness.Participant.CommitAsync(order)).ShouldBe(CommitOutcome.Repeated);
        (await harness.Participant.CommitAsync(harness.Unknown("alice"))).ShouldBe(CommitOutcome.LimitReached);
        (await harness.Participant.CommitAsync(harness.Unknown("bob"))).ShouldBe(CommitOutcome.TakenAgain);
        (await harness.Participant.CommitAsync(harness.Unknown("carol"))).ShouldBe(CommitOutcome.SoldOut);
        await harness.ShouldHaveAsync(0, 0, 2);
    }

    [Fact]
    public async Task Should_refuse_late_calls_after_an_empty_release()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(2);
        var order = harness.Unknown("alice");

        (await harness.Participant.ReleaseAsync(order)).ShouldBe(ReleaseOutcome.Empty);

        (await harness.Participant.PrepareAsync(order)).ShouldBe(PrepareOutcome.Released);
        (await harness.Participant.CommitAsync(order)).ShouldBe(CommitOutcome.Released);
        (await harness.Participant.ReleaseAsync(order)).ShouldBe(ReleaseOutcome.Repeated);
        (await LifetimeAsync(harness, order)).ShouldBeInRange(TimeSpan.FromHours(47), TimeSpan.FromHours(48));
        await harness.ShouldHaveAsync(2, 0, 0);
        (await harness.HeldAsync("alice")).ShouldBeNull();
    }

    [Fact]
    public async Task Should_wait_while_the_stock_is_not_ready_and_ask_for_it()
    {
        await using var harness = new StockHarness(redis.Server);
        var order = harness.Unknown("alice");
        await Should.ThrowAsync<StockNotReadyException>(() => harness.Participant.PrepareAsync(order));
        harness.Demand.Take().ShouldBe([harness.ActivityId]);
        await harness.OpenAsync(2);
        var admitted = await harness.AdmittedAsync("bob");
        await harness.BeginAsync(2, 2);

        await Should.ThrowAsync<StockNotReadyException>(() => harness.Participant.PrepareAsync(admitted));
        await Should.ThrowAsync<StockNotReadyException>(() => harness.Participant.CommitAsync(admitted));
        var exception = await Should.ThrowAsync<StockNotReadyException>(() => harness.Participant.ReleaseAsync(admitted));

        exception.ActivityId.ShouldBe(harness.ActivityId);
        await harness.ShouldHaveAsync(1, 1, 0);
        harness.Demand.Take().ShouldBe([harness.ActivityId]);
        harness.Demand.Take().ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_tell_caches_only_when_sold_out_stock_comes_back()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(2);
        var first = await harness.AdmittedAsync("alice");
        var second = await harness.AdmittedAsync("bob");

        await harness.Participant.ReleaseAsync(first);
        await harness.Participant.ReleaseAsync(second);
        await harness.Participant.ReleaseAsync(second);

        var change = harness.Changes.ShouldHaveSingleItem();
        change.ShouldSatisfyAllConditions(
            x => x.ActivityId.ShouldBe(harness.ActivityId),
            x => x.SkuId.ShouldBe(StockHarness.Sku),
            x => x.Cause.ShouldBe("returned"));
    }

    [Fact]
    public async Task Should_keep_a_committed_record_longer_than_its_payment_window()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(2);
        var order = harness.Unknown("alice") with { PaymentWindowSeconds = 30 * 86_400 };
        await harness.Participant.CommitAsync(order);
        (await LifetimeAsync(harness, order)).ShouldBeGreaterThan(TimeSpan.FromDays(30.9));
    }

    [Fact]
    public async Task Should_keep_the_buyers_other_units_on_release()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);
        var first = await harness.AdmittedAsync("alice", 1);
        var second = await harness.AdmittedAsync("alice", 2);

        await harness.Participant.ReleaseAsync(first);
        (await harness.HeldAsync("alice")).ShouldBe($"2|{second.OrderId}|7|2");
        await harness.Participant.ReleaseAsync(second);
        (await harness.HeldAsync("alice")).ShouldBeNull();
    }

    [Fact]
    public async Task Should_keep_the_buyers_latest_order_when_an_older_one_is_reserved_again()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);
        var older = harness.Unknown("alice") with { OrderId = OrderIds.New(DateTimeOffset.UtcNow.AddSeconds(-5)) };
        var latest = await harness.AdmittedAsync("alice", 2);

        (await harness.Participant.PrepareAsync(older)).ShouldBe(PrepareOutcome.ReservedAgain);

        (await harness.HeldAsync("alice")).ShouldBe($"3|{latest.OrderId}|7|2");
    }

    [Fact]
    public async Task Should_leave_a_key_with_its_first_order()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, limit: 5);
        var first = await harness.AdmittedAsync("alice", key: "k");

        (await harness.Participant.PrepareAsync(harness.Unknown("alice", key: "k"))).ShouldBe(PrepareOutcome.ReservedAgain);

        (await harness.AdmitAsync("alice", key: "k")).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.Repeated, OrderId = first.OrderId });
    }

    static async Task<TimeSpan> LifetimeAsync(StockHarness harness, StockReservation order)
        => (await (await harness.DatabaseAsync()).KeyTimeToLiveAsync(harness.Keys.Order(order.OrderId))).ShouldNotBeNull();
}
