using Seckill.Admission.Rebuild;
using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.TestSupport;

namespace Seckill.Admission.Tests.Rebuild;

[Collection(LedgerTests.Name)]
public class Rebuild_Specs(LedgerDatabase ledger)
{
    [Fact]
    public async Task Should_warm_up_a_new_activity()
    {
        await using var sale = await Sale.CreateAsync(ledger, 10);

        (await sale.WarmUpAsync()).ShouldBe(WarmUpOutcome.Done);

        await sale.Stock.ShouldHaveAsync(10, 0, 0);
        (await sale.Stock.Admission.ReadStockAsync(sale.Stock.ActivityId)).ShouldNotBeNull().ShouldSatisfyAllConditions(
            x => x.Open.ShouldBeTrue(),
            x => x.Epoch.ShouldBe(1));
        (await sale.EpochAsync()).ShouldBe(1);
        sale.Stock.Changes.ShouldHaveSingleItem().Cause.ShouldBe("rebuilt");
        var order = await sale.Stock.AdmittedAsync("alice");
        order.PaymentWindowSeconds.ShouldBe(900);
    }

    [Fact]
    public async Task Should_say_that_an_activity_is_unknown()
    {
        await using var sale = await Sale.CreateAsync(ledger, 10);
        (await sale.WarmUp.WarmUpAsync(-1)).ShouldBe(WarmUpOutcome.UnknownActivity);
    }

    [Fact]
    public async Task Should_count_every_order_of_mysql_when_redis_has_nothing()
    {
        await using var sale = await Sale.CreateAsync(ledger, 5000, limit: 10, options: new AdmissionOptions { RebuildChunkOrders = 7 });
        string[] states = [OrderStatus.Pending, OrderStatus.Confirmed, OrderStatus.Paid, OrderStatus.Cancelled, OrderStatus.Failed];
        var orders = Enumerable.Range(0, 100).Select(x => sale.Stock.Unknown($"buyer-{x}", 1 + (x % 3), x % 2 == 0 ? $"key-{x}" : null)).ToList();
        foreach (var (order, i) in orders.Select((x, i) => (x, i)))
            await sale.PutAsync(order, states[i % 5]);

        await sale.WarmUpAsync();

        var units = await sale.UnitsAsync();
        await sale.Stock.ShouldHaveAsync(5000 - units[OrderStatus.Pending] - units[OrderStatus.Confirmed] - units[OrderStatus.Paid],
            units[OrderStatus.Pending], units[OrderStatus.Confirmed] + units[OrderStatus.Paid]);
        (await sale.Stock.PendingAsync()).ShouldBe(20);
        foreach (var (order, i) in orders.Select((x, i) => (x, i)))
        {
            var live = i % 5 < 3;
            (await sale.Stock.HeldAsync(order.BuyerId)).ShouldBe(live ? $"{order.Quantity}|{order.OrderId}|7|{order.Quantity}" : null);
            if (order.IdempotencyKey is { } key)
                (await sale.Stock.AdmitAsync(order.BuyerId, order.Quantity, key)).ShouldBe(
                    new AdmissionResult { Outcome = AdmissionOutcome.Repeated, OrderId = order.OrderId });
        }

        var entry = (await sale.Stock.Admission.FindEntryAsync(orders[0].OrderId, [-1, sale.Stock.ActivityId])).ShouldNotBeNull();
        entry.State.ShouldBe(OrderEntryState.Prepared);
        var restored = StockReservation.Of(entry.Order);
        restored.ShouldBe(orders[0] with { AdmittedAt = restored.AdmittedAt });
        restored.AdmittedAt.ShouldBe(orders[0].AdmittedAt, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Should_join_what_mysql_knows_with_what_only_redis_knows()
    {
        await using var sale = await Sale.CreateAsync(ledger, 100, options: new AdmissionOptions { RebuildChunkOrders = 1 });
        await sale.WarmUpAsync();
        var admitted = await sale.Stock.AdmittedAsync("admitted");
        var prepared = await sale.Stock.AdmittedAsync("prepared");
        await sale.Stock.Participant.PrepareAsync(prepared);
        var pending = await sale.Stock.AdmittedAsync("pending");
        await sale.PutAsync(pending, OrderStatus.Pending);
        var ahead = await sale.Stock.AdmittedAsync("ahead");
        await sale.Stock.Participant.CommitAsync(ahead);
        await sale.PutAsync(ahead, OrderStatus.Pending);
        var confirmed = await sale.Stock.AdmittedAsync("confirmed");
        await sale.PutAsync(confirmed, OrderStatus.Confirmed);
        var failed = await sale.Stock.AdmittedAsync("failed");
        await sale.PutAsync(failed, OrderStatus.Failed);
        var cancelled = await sale.Stock.AdmittedAsync("cancelled");
        await sale.Stock.Participant.CommitAsync(cancelled);
        await sale.PutAsync(cancelled, OrderStatus.Cancelled);

        await sale.WarmUpAsync();

        await sale.Stock.ShouldHaveAsync(95, 3, 2);
        (await sale.Stock.PendingAsync()).ShouldBe(3);
        (await sale.Stock.Participant.ReleaseAsync(failed)).ShouldBe(ReleaseOutcome.Repeated);
        (await sale.Stock.Participant.ReleaseAsync(cancelled)).ShouldBe(ReleaseOutcome.Empty);
        (await sale.Stock.Participant.PrepareAsync(admitted)).ShouldBe(PrepareOutcome.Prepared);
        (await sale.Stock.Participant.CommitAsync(prepared)).ShouldBe(CommitOutcome.Committed);
        (await sale.Stock.Participant.CommitAsync(pending)).ShouldBe(CommitOutcome.Committed);
        (await sale.Stock.Participant.CommitAsync(ahead)).ShouldBe(CommitOutcome.Repeated);
        (await sale.Stock.Participant.ReleaseAsync(confirmed)).ShouldBe(ReleaseOutcome.Released);
        await sale.Stock.ShouldHaveAsync(96, 1, 3);
    }

    [Fact]
    public async Task Should_leave_it_to_the_one_who_is_at_it_and_redo_what_he_left()
    {
        var options = new AdmissionOptions { RebuildLeaseSeconds = 2 };
        await using var sale = await Sale.CreateAsync(ledger, 10, options: options);
        await sale.WarmUpAsync();
        await sale.Stock.AdmittedAsync("alice");
        await using var dead = (await sale.Locks.TryAcquireAsync($"seckill:rebuild:{sale.Stock.ActivityId}", TimeSpan.FromSeconds(2))).ShouldNotBeNull();
        await sale.Stock.BeginAsync(2, 10);

        (await sale.WarmUpAsync()).ShouldBe(WarmUpOutcome.Busy);
        (await sale.Stock.AdmitAsync("bob")).Outcome.ShouldBe(AdmissionOutcome.NotReady);

        await Eventually.HoldsAsync(async () => (await sale.Keeper.LookAsync(default)).Contains(sale.Stock.ActivityId), "the keeper takes it over");
        await sale.Stock.ShouldHaveAsync(9, 1, 0);
        (await sale.Stock.FinishAsync(2)).ShouldBe("stale_epoch");
        (await sale.Stock.AdmitAsync("bob")).Outcome.ShouldBe(AdmissionOutcome.Admitted);
    }

    [Fact]
    public async Task Should_take_an_epoch_above_redis_even_when_mysql_is_behind()
    {
        await using var sale = await Sale.CreateAsync(ledger, 10);
        await sale.Stock.OpenAsync(10, epoch: 41);
        (await sale.WarmUpAsync()).ShouldBe(WarmUpOutcome.Done);
        (await sale.EpochAsync()).ShouldBe(42);
    }

    [Fact]
    public async Task Should_rebuild_from_mysql_when_redis_comes_back_empty_in_the_middle_of_the_sale()
    {
        await using var server = await RedisServer.StartAsync();
        await using var sale = await Sale.CreateAsync(ledger, 10, redis: server);
        (await sale.Keeper.LookAsync(default)).ShouldContain(sale.Stock.ActivityId);
        (await sale.Keeper.LookAsync(default)).ShouldBeEmpty();
        var confirmed = await sale.Stock.AdmittedAsync("alice", key: "k");
        await sale.Stock.Participant.CommitAsync(confirmed);
        await sale.PutAsync(confirmed, OrderStatus.Confirmed);
        var inKafka = await sale.Stock.AdmittedAsync("bob");

        await server.RestartEmptyAsync();
        await LooksAgainAsync(sale);

        await sale.Stock.ShouldHaveAsync(9, 0, 1);
        (await sale.Stock.AdmitAsync("alice", key: "k")).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.Repeated, OrderId = confirmed.OrderId });
        (await sale.Stock.Participant.PrepareAsync(inKafka)).ShouldBe(PrepareOutcome.ReservedAgain);
        await sale.Stock.ShouldHaveAsync(8, 1, 1);
        (await sale.Keeper.LookAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_admit_nobody_on_a_restarted_server_before_its_stock_is_rebuilt()
    {
        await using var server = await RedisServer.StartAsync();
        await using var sale = await Sale.CreateAsync(ledger, 10, redis: server);
        await sale.Keeper.LookAsync(default);
        var order = await sale.Stock.AdmittedAsync("alice", key: "k");
        await sale.PutAsync(order, OrderStatus.Confirmed);

        // The last second of its file is gone, with all that says that this buyer has an order.
        var (database, keys) = (await sale.Stock.DatabaseAsync(), sale.Stock.Keys);
        await database.KeyDeleteAsync([keys.Order(order.OrderId), keys.Idempotency("alice", "k"), keys.Buyers, keys.Pending]);
        await server.KillAsync();
        await server.RestartAsync();
        AdmissionResult? answer = null;
        await Eventually.HoldsAsync(async () => (answer = await AnswerAsync(() => sale.Stock.AdmitAsync("alice", key: "k"))) is not null, "the connection comes back");

        answer.ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.NotReady });
        await LooksAgainAsync(sale);
        (await sale.Stock.AdmitAsync("alice", key: "k")).ShouldBe(new AdmissionResult { Outcome = AdmissionOutcome.Repeated, OrderId = order.OrderId });
    }

    [Fact]
    public async Task Should_rebuild_after_a_restart_that_kept_the_data()
    {
        await using var server = await RedisServer.StartAsync();
        await using var sale = await Sale.CreateAsync(ledger, 10, redis: server);
        await sale.Keeper.LookAsync(default);
        var order = await sale.Stock.AdmittedAsync("alice");

        await server.KillAsync();
        await server.RestartAsync();
        await LooksAgainAsync(sale);

        (await sale.EpochAsync()).ShouldBe(2);
        await sale.Stock.ShouldHaveAsync(9, 1, 0);
        (await sale.Stock.Participant.PrepareAsync(order)).ShouldBe(PrepareOutcome.Prepared);
    }

    [Fact]
    public async Task Should_watch_what_opens_soon_is_open_or_has_entries_left()
    {
        var now = DateTimeOffset.UtcNow;
        await using var soon = await Sale.CreateAsync(ledger, 1, opensAt: now.AddMinutes(9), closesAt: now.AddHours(1));
        await using var later = await Sale.CreateAsync(ledger, 1, opensAt: now.AddMinutes(11), closesAt: now.AddHours(1));
        await using var lately = await Sale.CreateAsync(ledger, 1, opensAt: now.AddDays(-2), closesAt: now.AddHours(-23));
        await using var past = await Sale.CreateAsync(ledger, 1, opensAt: now.AddDays(-3), closesAt: now.AddDays(-2));
        await using var unfinished = await Sale.CreateAsync(ledger, 1, opensAt: now.AddDays(-3), closesAt: now.AddDays(-2));
        await unfinished.WarmUpAsync();
        await unfinished.Stock.Participant.PrepareAsync(unfinished.Stock.Unknown("alice"));

        var watched = await soon.Watch.ActivitiesAsync(default);

        watched.ShouldContain(soon.Stock.ActivityId);
        watched.ShouldNotContain(later.Stock.ActivityId);
        watched.ShouldContain(lately.Stock.ActivityId);
        watched.ShouldNotContain(past.Stock.ActivityId);
        watched.ShouldContain(unfinished.Stock.ActivityId);
    }

    [Fact]
    public async Task Should_look_first_after_what_buyers_wait_for()
    {
        var now = DateTimeOffset.UtcNow;
        await using var over = await Sale.CreateAsync(ledger, 1, opensAt: now.AddMinutes(-3), closesAt: now.AddMinutes(-2));
        await using var soon = await Sale.CreateAsync(ledger, 1, opensAt: now.AddMinutes(9), closesAt: now.AddHours(1));
        await using var sooner = await Sale.CreateAsync(ledger, 1, opensAt: now.AddMinutes(2), closesAt: now.AddHours(1));
        await using var lately = await Sale.CreateAsync(ledger, 1, opensAt: now.AddMinutes(-1), closesAt: now.AddHours(1));
        await using var longAgo = await Sale.CreateAsync(ledger, 1, opensAt: now.AddDays(-1), closesAt: now.AddHours(1));
        long[] expected = [lately.Stock.ActivityId, longAgo.Stock.ActivityId, sooner.Stock.ActivityId, soon.Stock.ActivityId, over.Stock.ActivityId];

        var watched = await over.Watch.ActivitiesAsync(default);

        watched.Where(expected.Contains).ShouldBe(expected);
    }

    [Fact]
    public async Task Should_warm_up_an_old_activity_that_a_transaction_still_needs()
    {
        var now = DateTimeOffset.UtcNow;
        await using var sale = await Sale.CreateAsync(ledger, 5, opensAt: now.AddDays(-3), closesAt: now.AddDays(-2));
        var order = sale.Stock.Unknown("alice");
        await sale.PutAsync(order, OrderStatus.Confirmed);
        await Should.ThrowAsync<StockNotReadyException>(() => sale.Stock.Participant.ReleaseAsync(order));

        (await sale.Keeper.LookAsync(default)).ShouldContain(sale.Stock.ActivityId);

        (await sale.Stock.Participant.ReleaseAsync(order)).ShouldBe(ReleaseOutcome.Released);
        await sale.Stock.ShouldHaveAsync(5, 0, 0);
    }

    [Fact]
    public async Task Should_go_on_through_an_outage_of_redis_when_hosted()
    {
        await using var server = await RedisServer.StartAsync();
        await using var sale = await Sale.CreateAsync(ledger, 10, redis: server,
            options: new AdmissionOptions { KeeperPollMilliseconds = 50, RelayPollMilliseconds = 50, RelayDelaySeconds = 1 });
        await sale.Keeper.StartAsync(default);
        await sale.Relay.StartAsync(default);
        await Eventually.HoldsAsync(() => IsOpenAsync(sale, 1), "the keeper warms the activity up");

        await server.RestartEmptyAsync();
        await Eventually.HoldsAsync(() => IsOpenAsync(sale, 2), "the keeper rebuilds it");
        var order = await sale.Stock.AdmittedAsync("alice");
        await Eventually.HoldsAsync(() => Task.FromResult(sale.Kafka.Published.Count == 1), "the relay publishes what nobody did");

        sale.Kafka.Published[0].OrderId.ShouldBe(order.OrderId);
        await sale.Relay.StopAsync(default);
        await sale.Keeper.StopAsync(default);
    }

    [Fact]
    public async Task Should_not_let_one_activity_keep_the_others_waiting()
    {
        await using var first = await Sale.CreateAsync(ledger, 1);
        await using var second = await Sale.CreateAsync(ledger, 2);
        using var keeper = second.NewKeeper(new FailingFor(first.Stock.ActivityId, second.WarmUp));

        var fault = await Should.ThrowAsync<AggregateException>(() => keeper.LookAsync(default));

        fault.InnerExceptions.ShouldHaveSingleItem().Message.ShouldBe("broken");
        await second.Stock.ShouldHaveAsync(2, 0, 0);
    }

    [Fact]
    public async Task Should_not_let_one_slow_activity_keep_the_others_waiting()
    {
        await using var first = await Sale.CreateAsync(ledger, 1, opensAt: DateTimeOffset.UtcNow);
        await using var second = await Sale.CreateAsync(ledger, 2);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var keeper = second.NewKeeper(new WaitingFor(first.Stock.ActivityId, goOn.Task.WaitAsync, second.WarmUp));

        var look = keeper.LookAsync(default);
        await Eventually.HoldsAsync(() => IsOpenAsync(second, 1), "the other is warmed up");

        look.IsCompleted.ShouldBeFalse();
        goOn.SetResult();
        (await look)[^1].ShouldBe(first.Stock.ActivityId);
    }

    [Fact]
    public async Task Should_leave_alone_what_another_worker_has_rebuilt_meanwhile()
    {
        await using var first = await Sale.CreateAsync(ledger, 1, opensAt: DateTimeOffset.UtcNow);
        await using var second = await Sale.CreateAsync(ledger, 2, options: new AdmissionOptions { RebuildsAtOnce = 1 });
        using var keeper = second.NewKeeper(new WaitingFor(first.Stock.ActivityId, _ => second.WarmUpAsync(), second.WarmUp));

        (await keeper.LookAsync(default)).ShouldNotContain(second.Stock.ActivityId);

        (await second.EpochAsync()).ShouldBe(1);
        (await first.EpochAsync()).ShouldBe(1);
    }

    /// <summary>Of one activity, first waits for something else.</summary>
    sealed class WaitingFor(long slow, Func<CancellationToken, Task> first, IStockWarmUp others) : IStockWarmUp
    {
        public async Task<WarmUpOutcome> WarmUpAsync(long activityId, CancellationToken cancellationToken)
        {
            if (activityId == slow)
                await first(cancellationToken);
            return await others.WarmUpAsync(activityId, cancellationToken);
        }
    }

    sealed class FailingFor(long broken, IStockWarmUp others) : IStockWarmUp
    {
        public Task<WarmUpOutcome> WarmUpAsync(long activityId, CancellationToken cancellationToken)
            => activityId == broken ? throw new InvalidOperationException("broken") : others.WarmUpAsync(activityId, cancellationToken);
    }

    static async Task<bool> IsOpenAsync(Sale sale, long epoch)
    {
        try
        {
            return await sale.Stock.Admission.ReadStockAsync(sale.Stock.ActivityId) is { Open: true } stock && stock.Epoch == epoch;
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception))
        {
            return false;
        }
    }

    static Task LooksAgainAsync(Sale sale) => Eventually.HoldsAsync(async () =>
    {
        try
        {
            return (await sale.Keeper.LookAsync(default)).Contains(sale.Stock.ActivityId);
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception)
            || (exception is AggregateException { InnerExceptions: var faults } && faults.All(RedisFaults.IsTransient)))
        {
            return false;
        }
    }, "the keeper rebuilds after the restart");

    /// <summary>Null while the server does not answer.</summary>
    static async Task<AdmissionResult?> AnswerAsync(Func<Task<AdmissionResult>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception) when (RedisFaults.IsTransient(exception))
        {
            return null;
        }
    }
}
