using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Ledger.Compensation;

using StackExchange.Redis;

namespace Seckill.Admission.Tests.Relay;

[Collection(LedgerTests.Name)]
public class Relay_Specs(LedgerDatabase ledger)
{
    [Fact]
    public async Task Should_publish_what_a_dead_api_left_behind()
    {
        await using var sale = await OpenAsync(10);
        var order = (await sale.Stock.AdmitAsync("alice", key: "k")).Requested.ShouldNotBeNull();
        (await sale.Relay.PassAsync(default)).ShouldBe(0);

        await MakeDueAsync(sale);
        (await sale.Relay.PassAsync(default)).ShouldBe(1);

        sale.Kafka.Published.ShouldHaveSingleItem().ShouldBe(order);
        (await sale.Relay.PassAsync(default)).ShouldBe(0);
        (await DueInAsync(sale, order.OrderId)).ShouldBeInRange(50_000, 60_000);
    }

    [Theory]
    [InlineData(100, 50_000, 60_000)]
    [InlineData(240, 110_000, 121_000)]
    [InlineData(100_000, 590_000, 600_000)]
    public async Task Should_repeat_an_order_the_later_the_longer_it_has_waited(int age, double least, double most)
    {
        await using var sale = await OpenAsync(10);
        var order = await sale.Stock.AdmittedAsync("alice");
        await (await sale.Stock.DatabaseAsync()).HashSetAsync(sale.Stock.Keys.Order(order.OrderId), "at", DateTimeOffset.UtcNow.AddSeconds(-age).ToUnixTimeMilliseconds());
        await MakeDueAsync(sale);

        (await sale.Relay.PassAsync(default)).ShouldBe(1);

        (await DueInAsync(sale, order.OrderId)).ShouldBeInRange(least, most);
    }

    [Fact]
    public async Task Should_leave_alone_what_the_api_published()
    {
        await using var sale = await OpenAsync(100);
        var orders = await Task.WhenAll(Enumerable.Range(0, 50).Select(x => sale.Stock.AdmittedAsync($"buyer-{x}")));
        await MakeDueAsync(sale);

        await Task.WhenAll(orders.Select(x => sale.Stock.Admission.MarkPublishedAsync(sale.Stock.ActivityId, [x.OrderId])));

        (await sale.Relay.PassAsync(default)).ShouldBe(0);
        (await DueInAsync(sale, orders[49].OrderId)).ShouldBeInRange(50_000, 60_000);
    }

    [Fact]
    public async Task Should_leave_to_compensation_what_it_has_taken_over()
    {
        await using var sale = await OpenAsync(10);
        var failed = (await sale.Stock.AdmitAsync("alice", key: "k")).Requested.ShouldNotBeNull();
        var other = await sale.Stock.AdmittedAsync("bob");
        await sale.Compensation.OpenAsync(new CompensationRecord
        {
            Status = CompensationStatus.Archived,
            Source = "test",
            Cause = "redis",
            LastError = "x",
            Request = failed,
            FirstFailedAt = DateTimeOffset.UtcNow,
        });
        await MakeDueAsync(sale);

        (await sale.Relay.PassAsync(default)).ShouldBe(1);

        sale.Kafka.Published.ShouldHaveSingleItem().OrderId.ShouldBe(other.OrderId);
        (await DueInAsync(sale, failed.OrderId)).ShouldBeGreaterThan(50_000);
        await sale.Compensation.ClearAsync(failed.OrderId);
        await MakeDueAsync(sale);
        await sale.Relay.PassAsync(default);
        sale.Kafka.Published.ShouldContain(failed);
    }

    [Fact]
    public async Task Should_not_bring_a_finished_entry_back_when_it_is_marked_late()
    {
        await using var sale = await OpenAsync(10);
        var order = await sale.Stock.AdmittedAsync("alice");
        await sale.Stock.Participant.CommitAsync(order);
        await sale.Stock.Admission.MarkPublishedAsync(sale.Stock.ActivityId, [order.OrderId]);
        (await sale.Stock.PendingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Should_keep_entries_while_kafka_is_down_and_publish_all_when_it_is_back()
    {
        await using var sale = await OpenAsync(1000, new AdmissionOptions { RelayPageEntries = 10 });
        var orders = await Task.WhenAll(Enumerable.Range(0, 35).Select(x => sale.Stock.AdmittedAsync($"buyer-{x}")));
        await MakeDueAsync(sale);
        var attempts = 0;
        sale.Kafka.Before = (_, _) =>
        {
            Interlocked.Increment(ref attempts);
            throw new TimeoutException("Kafka is down");
        };

        await ShouldTimeOutAsync(sale);
        attempts.ShouldBe(10);
        sale.Kafka.Before = (_, _) => Task.CompletedTask;
        await MakeDueAsync(sale);

        (await sale.Relay.PassAsync(default)).ShouldBe(35);
        sale.Kafka.Published.Select(x => x.OrderId).Order().ShouldBe(orders.Select(x => x.OrderId).Order());
    }

    [Fact]
    public async Task Should_give_up_a_pass_that_kafka_does_not_answer()
    {
        await using var sale = await OpenAsync(10, new AdmissionOptions { RelayPublishTimeoutSeconds = 1 });
        var stuck = await sale.Stock.AdmittedAsync("alice");
        var delivered = await sale.Stock.AdmittedAsync("bob");
        await MakeDueAsync(sale);
        sale.Kafka.Before = (order, token) => order.BuyerId == "alice" ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;

        await ShouldTimeOutAsync(sale);

        (await DueInAsync(sale, delivered.OrderId)).ShouldBeGreaterThan(50_000);
        (await DueInAsync(sale, stuck.OrderId)).ShouldBeInRange(-20_000, 5_000);
        sale.Kafka.Before = (_, _) => Task.CompletedTask;
        await MakeDueAsync(sale, stuck.OrderId);
        (await sale.Relay.PassAsync(default)).ShouldBe(1);
        sale.Kafka.Published.Select(x => x.BuyerId).ShouldBe(["bob", "alice"]);
    }

    [Fact]
    public async Task Should_get_to_other_entries_when_the_longest_due_can_not_be_published()
    {
        await using var sale = await OpenAsync(10, new AdmissionOptions { RelayPageEntries = 2 });
        var stuck = new[] { await sale.Stock.AdmittedAsync("alice"), await sale.Stock.AdmittedAsync("bob") };
        var other = await sale.Stock.AdmittedAsync("carol");
        await MakeDueAsync(sale, [.. stuck.Select(x => x.OrderId)]);
        sale.Kafka.Before = (order, _) => order.BuyerId == "carol" ? Task.CompletedTask : throw new TimeoutException("Its partition has no leader");
        await ShouldTimeOutAsync(sale);
        await MakeDueAsync(sale, other.OrderId);

        (await sale.Relay.PassAsync(default)).ShouldBe(1);

        sale.Kafka.Published.ShouldHaveSingleItem().BuyerId.ShouldBe("carol");
    }

    [Fact]
    public async Task Should_get_to_other_activities_when_one_can_not_be_published()
    {
        await using var first = await OpenAsync(10);
        await using var second = await OpenAsync(10);
        foreach (var stuck in new[] { first, second })
        {
            var orders = new[] { await first.Stock.AdmittedAsync($"buyer {stuck.Stock.ActivityId}"), await second.Stock.AdmittedAsync($"buyer {stuck.Stock.ActivityId}") };
            await MakeDueAsync(first, orders[0].OrderId);
            await MakeDueAsync(second, orders[1].OrderId);
            first.Kafka.Before = (order, _) => order.ActivityId == stuck.Stock.ActivityId ? throw new TimeoutException("Its partition has no leader") : Task.CompletedTask;

            await ShouldTimeOutAsync(first);

            first.Kafka.Published.ShouldContain(x => x.BuyerId == orders[0].BuyerId && x.ActivityId != stuck.Stock.ActivityId);
        }
    }

    [Fact]
    public async Task Should_stop_at_the_bound_of_a_pass()
    {
        await using var sale = await OpenAsync(100, new AdmissionOptions { RelayPageEntries = 5, RelayPassEntries = 10 });
        foreach (var x in Enumerable.Range(0, 12))
            await sale.Stock.AdmittedAsync($"buyer-{x}");
        await MakeDueAsync(sale);

        (await sale.Relay.PassAsync(default)).ShouldBe(10);
        (await sale.Relay.PassAsync(default)).ShouldBe(2);
    }

    [Fact]
    public async Task Should_drop_an_entry_without_a_record()
    {
        await using var sale = await OpenAsync(10);
        var order = await sale.Stock.AdmittedAsync("alice");
        await (await sale.Stock.DatabaseAsync()).KeyDeleteAsync(sale.Stock.Keys.Order(order.OrderId));
        await MakeDueAsync(sale);

        (await sale.Relay.PassAsync(default)).ShouldBe(0);

        sale.Kafka.Published.ShouldBeEmpty();
        (await sale.Stock.PendingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Should_leave_to_the_clock_what_mysql_has_and_has_not_decided()
    {
        await using var sale = await OpenAsync(10);
        var (prepared, unknown) = (await sale.Stock.AdmittedAsync("alice"), await sale.Stock.AdmittedAsync("bob"));
        await sale.PutAsync(prepared, OrderStatus.Pending);
        await MakeDueAsync(sale);

        (await sale.Relay.PassAsync(default)).ShouldBe(1);

        sale.Kafka.Published.ShouldHaveSingleItem().OrderId.ShouldBe(unknown.OrderId);
        (await sale.Stock.StateAsync(prepared.OrderId)).ShouldBe(OrderEntryState.Admitted);
        (await DueInAsync(sale, prepared.OrderId)).ShouldBeGreaterThan(50_000);
    }

    [Fact]
    public async Task Should_settle_what_mysql_has_decided_and_redis_has_lost()
    {
        await using var sale = await OpenAsync(10);
        var (confirmed, failed) = (await sale.Stock.AdmittedAsync("alice"), await sale.Stock.AdmittedAsync("bob"));
        await sale.Stock.Participant.PrepareAsync(confirmed);
        await sale.PutAsync(confirmed, OrderStatus.Confirmed);
        await sale.PutAsync(failed, OrderStatus.Failed);
        await MakeDueAsync(sale);

        (await sale.Relay.PassAsync(default)).ShouldBe(0);

        sale.Kafka.Published.ShouldBeEmpty();
        await sale.Stock.ShouldHaveAsync(9, 0, 1);
        (await sale.Stock.StateAsync(confirmed.OrderId)).ShouldBe(OrderEntryState.Committed);
        (await sale.Stock.StateAsync(failed.OrderId)).ShouldBe(OrderEntryState.Released);
    }

    [Fact]
    public async Task Should_let_units_that_were_taken_again_stand_or_give_them_back_as_mysql_says()
    {
        await using var sale = await OpenAsync(10);
        var (confirmed, cancelled, undecided) = (sale.Stock.Unknown("alice"), sale.Stock.Unknown("bob"), sale.Stock.Unknown("carol"));
        foreach (var (order, status) in new[] { (confirmed, OrderStatus.Confirmed), (cancelled, OrderStatus.Cancelled), (undecided, OrderStatus.Pending) })
        {
            await sale.PutAsync(order, status);
            (await sale.Stock.Participant.CommitAsync(order)).ShouldBe(CommitOutcome.TakenAgain);
        }

        await sale.Stock.ShouldHaveAsync(7, 0, 3);
        await MakeDueAsync(sale);

        (await sale.Relay.PassAsync(default)).ShouldBe(0);

        sale.Kafka.Published.ShouldBeEmpty();
        await sale.Stock.ShouldHaveAsync(8, 0, 2);
        (await sale.Stock.StateAsync(cancelled.OrderId)).ShouldBe(OrderEntryState.Released);
        (await sale.Stock.PendingAsync()).ShouldBe(1);
        (await DueInAsync(sale, undecided.OrderId)).ShouldBeGreaterThan(50_000);
    }

    [Fact]
    public async Task Should_ask_again_about_units_that_were_taken_since_mysql_was_asked()
    {
        await using var sale = await OpenAsync(10);
        var order = sale.Stock.Unknown("alice");
        await sale.Stock.Participant.CommitAsync(order);
        var seen = (await sale.Stock.Admission.FindEntryAsync(sale.Stock.ActivityId, order.OrderId)).ShouldNotBeNull();
        await sale.WarmUpAsync();
        (await sale.Stock.Participant.CommitAsync(order)).ShouldBe(CommitOutcome.TakenAgain);

        await sale.Entries.SettleAsync(sale.Stock.ActivityId, [seen], default);

        (await sale.Stock.PendingAsync()).ShouldBe(1);
        var now = (await sale.Stock.Admission.FindEntryAsync(sale.Stock.ActivityId, order.OrderId)).ShouldNotBeNull();
        await sale.Entries.SettleAsync(sale.Stock.ActivityId, [now], default);
        (await sale.Stock.PendingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Should_wait_while_the_stock_is_rebuilt()
    {
        await using var sale = await OpenAsync(10);
        await sale.Stock.AdmittedAsync("alice");
        await MakeDueAsync(sale);
        await sale.Stock.BeginAsync(100, 10);
        (await sale.Relay.PassAsync(default)).ShouldBe(0);
        await sale.WarmUpAsync();
        (await sale.Relay.PassAsync(default)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_not_do_the_work_of_another_relay()
    {
        await using var sale = await OpenAsync(10);
        using var other = sale.NewRelay();
        await sale.Stock.AdmittedAsync("alice");
        await MakeDueAsync(sale);
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        sale.Kafka.Before = (_, _) =>
        {
            reached.TrySetResult();
            return released.Task;
        };

        var first = sale.Relay.PassAsync(default);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        (await other.PassAsync(default)).ShouldBe(0);
        released.SetResult();

        (await first).ShouldBe(1);
        sale.Kafka.Published.ShouldHaveSingleItem();
    }

    async Task<Sale> OpenAsync(int total, AdmissionOptions? options = null)
    {
        var sale = await Sale.CreateAsync(ledger, total, options: options);
        await sale.WarmUpAsync();
        return sale;
    }

    static async Task ShouldTimeOutAsync(Sale sale)
        => (await Should.ThrowAsync<AggregateException>(() => sale.Relay.PassAsync(default))).InnerException.ShouldBeOfType<TimeoutException>();

    static async Task MakeDueAsync(Sale sale, params Guid[] orders)
    {
        var database = await sale.Stock.DatabaseAsync();
        foreach (var member in orders.Length > 0 ? [.. orders.Select(x => (RedisValue)x.ToString("D"))] : await database.SortedSetRangeByRankAsync(sale.Stock.Keys.Pending))
            await database.SortedSetAddAsync(sale.Stock.Keys.Pending, member, 1);
    }

    static async Task<double> DueInAsync(Sale sale, Guid orderId)
        => (await (await sale.Stock.DatabaseAsync()).SortedSetScoreAsync(sale.Stock.Keys.Pending, orderId.ToString("D"))).ShouldNotBeNull()
            - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
