using Seckill.Contracts;
using Seckill.Ledger.Compensation;
using Seckill.Operations.Alerts;
using Seckill.Sagas.Tests.Transactions;
using Seckill.Sagas.Transactions;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>What fails for everybody waits; what fails for one order is that order's.</summary>
public sealed class Circuit_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>, IAsyncLifetime
{
    static readonly Func<Exception> Lost = () => new IOException("connection lost");

    CompensationHarness _harness = null!;

    public async Task InitializeAsync() => _harness = await CompensationHarness.StartAsync(fixture);

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task Should_open_once_when_many_orders_fail_and_close_when_the_server_is_back()
    {
        _harness.Redis.IsAway = true;

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => _harness.Circuit.IsEverybodysAsync(Lost(), CancellationToken.None)));

        answers.ShouldAllBe(x => x);
        _harness.Circuit.Open.ShouldNotBeNull().Dependency.ShouldBe("redis");
        var waiting = _harness.Circuit.WaitAsync(CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();

        _harness.Redis.IsAway = false;
        await waiting.WaitAsync(TimeSpan.FromMinutes(1));

        _harness.Circuit.Open.ShouldBeNull();
        await Eventually.HoldsAsync(() => _harness.Alerts.All.Count == 2, "both alerts");
        _harness.Alerts.All.Select(x => (x.Kind, x.Key, x.IsResolved)).ShouldBe(
            [(AlertKinds.DependencyDown, "redis", false), (AlertKinds.DependencyDown, "redis", true)]);
    }

    [Fact]
    public async Task Should_stay_closed_for_what_is_one_orders_own()
    {
        (await _harness.Circuit.IsEverybodysAsync(Lost(), CancellationToken.None)).ShouldBeFalse();
        _harness.Redis.Probes.ShouldBe(1);
        _harness.Redis.IsAway = true;
        (await _harness.Circuit.IsEverybodysAsync(new InvalidOperationException("WRONGTYPE"), CancellationToken.None)).ShouldBeFalse();

        _harness.Circuit.Open.ShouldBeNull();
        _harness.Redis.Probes.ShouldBe(1);
        _harness.Alerts.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_not_take_an_order_for_failed_when_everybody_fails()
    {
        var order = LedgerFixture.NewRequest(await fixture.AddActivityAsync(stock: 1));
        _harness.Redis.IsAway = true;
        _harness.Stock.Failure = Lost;

        await Should.ThrowAsync<InvalidOperationException>(() => _harness.SendAsync(QueueNames.OrderTransaction, order));

        _harness.Kafka.Orders.ShouldBeEmpty();
        (await _harness.Store.FindAsync(order.OrderId)).ShouldBeNull();
    }

    [Fact]
    public async Task Should_not_count_an_attempt_that_fails_for_everybody()
    {
        _harness.Stock.Failure = Lost;
        var order = await _harness.FailOrderAsync();
        _harness.Redis.IsAway = true;

        var attempt = _harness.AttemptAsync(order.OrderId);
        await Eventually.HoldsAsync(() => _harness.Circuit.Open is not null, "the circuit is open");
        attempt.IsCompleted.ShouldBeFalse();
        _harness.Redis.IsAway = false;
        _harness.Stock.Failure = null;
        await attempt;

        var row = (await _harness.Store.FindAsync(order.OrderId)).ShouldNotBeNull();
        (row.Attempts, row.Status).ShouldBe((0, CompensationStatus.Retrying));
        await _harness.AttemptAsync(order.OrderId);
        (await _harness.TransactionAsync(order.OrderId))!.Value.State.ShouldBe(TransactionStates.Committed);
    }

    [Fact]
    public async Task Should_hand_over_an_order_whose_own_luck_is_bad_with_what_failed()
    {
        _harness.Stock.Failure = Lost;

        var order = await _harness.FailOrderAsync();

        var message = _harness.Kafka.Orders.ShouldHaveSingleItem();
        message.Request.ShouldBe(order);
        message.Source.ShouldBe(nameof(SeckillRequested));
        message.Error.ShouldContain("connection lost");
    }

    [Fact]
    public async Task Should_hand_over_what_the_clock_could_not_finish()
    {
        var order = LedgerFixture.NewRequest(await fixture.AddActivityAsync(stock: 1));
        await _harness.SendAsync(QueueNames.OrderTransaction, order);
        await fixture.MakeDueAsync(order.OrderId);
        _harness.Stock.Failure = Lost;

        await _harness.SendAsync(QueueNames.OrderTransaction, new PaymentDeadlineReached { OrderId = order.OrderId });

        var message = _harness.Kafka.Orders.ShouldHaveSingleItem();
        message.Source.ShouldBe(nameof(PaymentDeadlineReached));
        message.Request.OrderId.ShouldBe(order.OrderId);
        message.Request.BuyerId.ShouldBe(order.BuyerId);
        await _harness.Process.BeginAsync(message, CancellationToken.None);
        _harness.Stock.Failure = null;
        await _harness.AttemptAsync(order.OrderId);
        (await _harness.TransactionAsync(order.OrderId))!.Value.State.ShouldBe(TransactionStates.Cancelled);
    }
}
