using Seckill.Admission.Stock;

namespace Seckill.Admission.Tests.Stock;

[Collection(StockRedisTests.Name)]
public class Rebuild_scripts_Specs(StockRedis redis)
{
    [Fact]
    public async Task Should_count_orders_by_their_state_once_each()
    {
        await using var harness = new StockHarness(redis.Server);
        var (pending, confirmed, ended) = (harness.Unknown("alice", 2, "k1"), harness.Unknown("bob", 3), harness.Unknown("carol", 1, "k2"));
        await harness.BeginAsync(1, 10);

        for (var i = 0; i < 2; i++)
        {
            (await harness.LoadAsync(1, "p", pending)).ShouldBe("ok");
            (await harness.LoadAsync(1, "c", confirmed)).ShouldBe("ok");
            (await harness.LoadAsync(1, "r", ended)).ShouldBe("ok");
            (await harness.AdoptAsync(1, pending.OrderId, ended: false)).ShouldBe("ok");
        }

        (await harness.FinishAsync(1, limit: 5)).ShouldBe("ok");
        (await harness.FinishAsync(1, limit: 5)).ShouldBe("ok");
        await harness.ShouldHaveAsync(5, 2, 3);
        (await harness.PendingAsync()).ShouldBe(1);
        (await harness.HeldAsync("alice")).ShouldBe($"2|{pending.OrderId}|7|2");
        (await harness.HeldAsync("carol")).ShouldBeNull();
        (await harness.AdmitAsync("alice", 2, "k1")).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.Repeated, OrderId = pending.OrderId });
        (await harness.AdmitAsync("carol", 1, "k2")).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.Repeated, OrderId = ended.OrderId });
        (await harness.Participant.PrepareAsync(ended)).ShouldBe(PrepareOutcome.Released);
        (await harness.Participant.CommitAsync(pending)).ShouldBe(CommitOutcome.Committed);
    }

    [Fact]
    public async Task Should_refuse_a_stale_epoch()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10, epoch: 5);
        var order = harness.Unknown("alice");
        (await harness.BeginAsync(5, 10)).ShouldBe("stale_epoch");
        (await harness.BeginAsync(4, 10)).ShouldBe("stale_epoch");
        (await harness.LoadAsync(5, "p", order)).ShouldBe("stale_epoch");
        await harness.AdmittedAsync("bob");

        (await harness.BeginAsync(6, 10)).ShouldBe("ok");
        (await harness.BeginAsync(7, 10)).ShouldBe("ok");

        (await harness.BeginAsync(6, 10)).ShouldBe("stale_epoch");
        (await harness.LoadAsync(6, "p", order)).ShouldBe("stale_epoch");
        (await harness.AdoptAsync(6, order.OrderId, ended: false)).ShouldBe("stale_epoch");
        (await harness.FinishAsync(6)).ShouldBe("stale_epoch");
        (await harness.StateAsync(order.OrderId)).ShouldBeNull();
    }

    [Fact]
    public async Task Should_not_forget_what_was_loaded_when_the_begin_is_repeated()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.BeginAsync(1, 10);
        await harness.LoadAsync(1, "c", harness.Unknown("alice", 4));
        (await harness.BeginAsync(1, 10)).ShouldBe("ok");
        await harness.FinishAsync(1);
        await harness.ShouldHaveAsync(6, 0, 4);
    }

    [Fact]
    public async Task Should_adopt_entries_that_only_redis_knows()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        var admitted = await harness.AdmittedAsync("alice");
        var prepared = await harness.AdmittedAsync("bob");
        await harness.Participant.PrepareAsync(prepared);
        var failed = await harness.AdmittedAsync("carol");

        await harness.BeginAsync(2, 10);
        await harness.AdoptAsync(2, admitted.OrderId, ended: false);
        await harness.AdoptAsync(2, admitted.OrderId, ended: false);
        await harness.AdoptAsync(2, prepared.OrderId, ended: false);
        await harness.AdoptAsync(2, failed.OrderId, ended: true);
        await harness.FinishAsync(2);

        await harness.ShouldHaveAsync(8, 2, 0);
        (await harness.PendingAsync()).ShouldBe(2);
        (await harness.Participant.PrepareAsync(admitted)).ShouldBe(PrepareOutcome.Prepared);
        (await harness.Participant.CommitAsync(prepared)).ShouldBe(CommitOutcome.Committed);
        (await harness.Participant.ReleaseAsync(failed)).ShouldBe(ReleaseOutcome.Repeated);
        await harness.ShouldHaveAsync(8, 1, 1);
        (await harness.HeldAsync("carol")).ShouldBeNull();
    }

    [Fact]
    public async Task Should_drop_entries_without_a_record()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        var lost = await harness.AdmittedAsync("alice");
        await (await harness.DatabaseAsync()).KeyDeleteAsync(harness.Keys.Order(lost.OrderId));
        await harness.BeginAsync(2, 10);
        await harness.AdoptAsync(2, lost.OrderId, ended: false);
        await harness.FinishAsync(2);
        await harness.ShouldHaveAsync(10, 0, 0);
        (await harness.PendingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Should_keep_a_commit_that_redis_has_and_mysql_not_yet()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        var order = await harness.AdmittedAsync("alice");
        await harness.Participant.CommitAsync(order);

        await harness.BeginAsync(2, 10);
        await harness.LoadAsync(2, "p", order);
        await harness.FinishAsync(2);

        await harness.ShouldHaveAsync(9, 0, 1);
        (await harness.PendingAsync()).ShouldBe(0);
        (await harness.Participant.CommitAsync(order)).ShouldBe(CommitOutcome.Repeated);
    }

    [Fact]
    public async Task Should_return_an_order_that_was_cancelled_after_it_was_loaded()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        var order = await harness.AdmittedAsync("alice");
        await harness.Participant.CommitAsync(order);
        await harness.BeginAsync(2, 10);
        await harness.LoadAsync(2, "c", order);
        await harness.FinishAsync(2);

        (await harness.Participant.ReleaseAsync(order)).ShouldBe(ReleaseOutcome.Released);
        await harness.ShouldHaveAsync(10, 0, 0);
    }

    [Fact]
    public async Task Should_not_return_an_order_twice_that_was_cancelled_before_it_could_be_loaded()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        var order = await harness.AdmittedAsync("alice");
        await harness.Participant.CommitAsync(order);
        await harness.BeginAsync(2, 10);
        await harness.FinishAsync(2);
        await harness.ShouldHaveAsync(10, 0, 0);

        (await harness.Participant.ReleaseAsync(order)).ShouldBe(ReleaseOutcome.Empty);
        await harness.ShouldHaveAsync(10, 0, 0);
        (await harness.Participant.CommitAsync(order)).ShouldBe(CommitOutcome.Released);
    }

    [Fact]
    public async Task Should_treat_a_record_of_an_older_epoch_as_missing()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(1);
        var order = await harness.AdmittedAsync("alice");
        await harness.Participant.CommitAsync(order);
        await harness.OpenAsync(1, epoch: 2);

        (await harness.Participant.PrepareAsync(order)).ShouldBe(PrepareOutcome.ReservedAgain);
        await harness.ShouldHaveAsync(0, 1, 0);
    }

    [Fact]
    public async Task Should_go_negative_rather_than_forget_orders()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.BeginAsync(1, 1);
        var orders = new[] { harness.Unknown("alice"), harness.Unknown("bob"), harness.Unknown("carol") };
        foreach (var order in orders)
            await harness.LoadAsync(1, "p", order);
        await harness.FinishAsync(1);

        await harness.ShouldHaveAsync(-2, 3, 0);
        (await harness.AdmitAsync("dave")).Outcome.ShouldBe(AdmissionOutcome.SoldOut);
        await harness.Participant.ReleaseAsync(orders[0]);
        await harness.Participant.ReleaseAsync(orders[1]);
        harness.Changes.ShouldBeEmpty();
        await harness.Participant.ReleaseAsync(orders[2]);
        harness.Changes.ShouldHaveSingleItem();
        await harness.ShouldHaveAsync(1, 0, 0);
    }

    [Fact]
    public async Task Should_begin_anew_after_a_rebuild_that_was_not_finished()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        var entry = await harness.AdmittedAsync("alice");
        var order = harness.Unknown("bob", 2);
        await harness.BeginAsync(2, 10);
        await harness.LoadAsync(2, "p", order);
        await harness.AdoptAsync(2, entry.OrderId, ended: false);

        await harness.BeginAsync(3, 10);
        await harness.LoadAsync(3, "c", order);
        await harness.AdoptAsync(3, entry.OrderId, ended: false);
        (await harness.FinishAsync(2)).ShouldBe("stale_epoch");
        await harness.FinishAsync(3);

        await harness.ShouldHaveAsync(7, 1, 2);
        (await harness.PendingAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Should_refuse_to_finish_what_a_restart_has_lost()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.BeginAsync(1, 10);
        await (await harness.DatabaseAsync()).KeyDeleteAsync(harness.Keys.RebuiltStock);
        (await harness.FinishAsync(1)).ShouldBe("stale_epoch");
        (await harness.AdmitAsync("alice")).Outcome.ShouldBe(AdmissionOutcome.NotReady);
    }

    [Fact]
    public async Task Should_refuse_late_calls_of_an_order_that_was_released_before_the_rebuild()
    {
        await using var harness = new StockHarness(redis.Server);
        await harness.OpenAsync(10);
        var released = await harness.AdmittedAsync("alice");
        await harness.Participant.ReleaseAsync(released);

        await harness.OpenAsync(10, epoch: 2);

        (await harness.Participant.PrepareAsync(released)).ShouldBe(PrepareOutcome.Released);
        (await harness.Participant.CommitAsync(released)).ShouldBe(CommitOutcome.Released);
        (await harness.Participant.ReleaseAsync(released)).ShouldBe(ReleaseOutcome.Repeated);
        await harness.ShouldHaveAsync(10, 0, 0);
    }
}
