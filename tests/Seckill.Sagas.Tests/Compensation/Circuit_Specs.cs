using MySqlConnector;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Ledger.Compensation;
using Seckill.Operations.Alerts;
using Seckill.Operations.CompensationLog;
using Seckill.Sagas.Tests.Transactions;
using Seckill.Sagas.Transactions;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>What fails for everybody waits; what fails for one order is that order's.</summary>
public sealed class Circuit_Specs(LedgerFixture fixture) : CompensationSpecs(fixture)
{
    static readonly Func<Exception> Lost = () => new IOException("connection lost");

    [Fact]
    public async Task Should_open_once_when_many_orders_fail_and_close_when_the_server_is_back()
    {
        Harness.Redis.IsAway = true;

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Harness.Circuit.IsEverybodysAsync(Lost(), CancellationToken.None)));

        answers.ShouldAllBe(x => x);
        Harness.Circuit.Open.ShouldNotBeNull().Dependency.ShouldBe("redis");
        var waiting = Harness.Circuit.WaitAsync(CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();

        Harness.Redis.IsAway = false;
        await waiting.WaitAsync(TimeSpan.FromMinutes(1));

        Harness.Circuit.Open.ShouldBeNull();
        await Eventually.HoldsAsync(() => Harness.Alerts.All.Count == 2, "both alerts");
        Harness.Alerts.All.Select(x => (x.Kind, x.Key, x.IsResolved)).ShouldBe(
            [(AlertKinds.DependencyDown, "redis", false), (AlertKinds.DependencyDown, "redis", true)]);
        var outages = await Harness.Log.ReadOutagesAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        outages.Select(x => (x.Step, x.Cause)).ShouldBe([(CompensationStepNames.DependencyDown, "redis"), (CompensationStepNames.DependencyUp, "redis")]);
        outages[1].DurationMs.ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Should_stay_closed_for_what_is_one_orders_own()
    {
        (await Harness.Circuit.IsEverybodysAsync(Lost(), CancellationToken.None)).ShouldBeFalse();
        Harness.Redis.Probes.ShouldBe(1);
        Harness.Redis.IsAway = true;
        (await Harness.Circuit.IsEverybodysAsync(new InvalidOperationException("WRONGTYPE"), CancellationToken.None)).ShouldBeFalse();

        Harness.Circuit.Open.ShouldBeNull();
        Harness.Redis.Probes.ShouldBe(1);
        Harness.Alerts.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1021, "Disk full (/tmp); waiting for someone to free some space...", true)]
    [InlineData(1030, "Got error 28 \"No space left on device\" from storage engine InnoDB", true)]
    [InlineData(1030, "Got error 122 \"Internal error\" from storage engine InnoDB", false)]
    [InlineData(1114, "The table 'orders' is full", true)]
    [InlineData(1406, "Data too long for column 'buyer_id'", false)]
    public async Task Should_take_it_for_everybodys_when_MySQL_answers_and_has_no_room(int number, string text, bool isEverybodys)
    {
        var refusal = await Should.ThrowAsync<MySqlException>(
            Fixture.ExecuteAsync($"SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = {number}, MESSAGE_TEXT = '{text.Replace("'", "''", StringComparison.Ordinal)}'", new { }));
        refusal.Number.ShouldBe(number);

        (await Harness.Circuit.IsEverybodysAsync(new InvalidOperationException("as it comes", refusal), CancellationToken.None)).ShouldBe(isEverybodys);
        TransientFaults.IsTransient(refusal).ShouldBe(isEverybodys);
        Harness.Circuit.Open.ShouldBeNull("every server answers");
    }

    [Theory]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'. script: 1a2b, on @user_script:3.", true)]
    [InlineData("MISCONF Errors writing to the AOF file: No space left on device", true)]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", false)]
    public async Task Should_take_it_for_everybodys_when_Redis_answers_and_takes_no_writes(string text, bool isEverybodys)
    {
        var refusal = new AggregateException(new RedisScriptException(text));

        (await Harness.Circuit.IsEverybodysAsync(new InvalidOperationException("as it comes", refusal), CancellationToken.None)).ShouldBe(isEverybodys);
        Harness.Circuit.Open.ShouldBeNull("every server answers");
    }

    [Fact]
    public async Task Should_not_take_an_order_for_failed_when_everybody_fails()
    {
        var order = LedgerFixture.NewRequest(await Fixture.AddActivityAsync(stock: 1));
        Harness.Redis.IsAway = true;
        Harness.Stock.Failure = Lost;

        await Should.ThrowAsync<InvalidOperationException>(() => Harness.SendAsync(QueueNames.OrderTransaction, order));

        Harness.Kafka.Orders.ShouldBeEmpty();
        (await Harness.Store.FindAsync(order.OrderId)).ShouldBeNull();
    }

    [Fact]
    public async Task Should_not_count_an_attempt_that_fails_for_everybody()
    {
        var order = await Harness.FailOrderAsync(Lost);
        Harness.Redis.IsAway = true;

        var attempt = Harness.AttemptAsync(order.OrderId);
        await Eventually.HoldsAsync(() => Harness.Circuit.Open is not null, "the circuit is open");
        attempt.IsCompleted.ShouldBeFalse();
        Harness.Redis.IsAway = false;
        Harness.Stock.Failure = null;
        await attempt;

        var row = (await Harness.Store.FindAsync(order.OrderId)).ShouldNotBeNull();
        (row.Attempts, row.Status).ShouldBe((0, CompensationStatus.Retrying));
        await Harness.AttemptAsync(order.OrderId);
        (await Harness.TransactionAsync(order.OrderId))!.Value.State.ShouldBe(TransactionStates.Committed);
    }

    [Fact]
    public async Task Should_hand_over_an_order_whose_own_luck_is_bad_with_what_failed()
    {
        var order = await Harness.FailOrderAsync(Lost);

        var message = Harness.Kafka.Orders.ShouldHaveSingleItem();
        message.Request.ShouldBe(order);
        message.Source.ShouldBe(nameof(SeckillRequested));
        message.Error.ShouldContain("connection lost");
    }

    [Fact]
    public async Task Should_wait_for_stock_that_is_being_rebuilt_and_not_for_an_activity_that_there_is_none_of()
    {
        var activityId = await Fixture.AddActivityAsync(stock: 1);

        (await Harness.Circuit.IsEverybodysAsync(new StockNotReadyException(activityId), CancellationToken.None)).ShouldBeTrue();
        (await Harness.Circuit.IsEverybodysAsync(
            new InvalidOperationException("", new AggregateException(new StockNotReadyException(activityId + 1_000_000))), CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_hand_over_an_order_of_an_activity_that_there_is_none_of()
    {
        var order = LedgerFixture.NewRequest(long.MaxValue);
        Harness.Stock.Failure = () => new StockNotReadyException(order.ActivityId);

        await Harness.SendAsync(QueueNames.OrderTransaction, order);

        var message = Harness.Kafka.Orders.ShouldHaveSingleItem();
        (message.Request, message.Cause).ShouldBe((order, "stock_not_ready"));
    }

    [Fact]
    public async Task Should_hand_over_what_the_clock_could_not_finish()
    {
        var order = LedgerFixture.NewRequest(await Fixture.AddActivityAsync(stock: 1));
        await Harness.SendAsync(QueueNames.OrderTransaction, order);
        await Fixture.MakeDueAsync(order.OrderId);
        Harness.Stock.Failure = Lost;

        await Harness.SendAsync(QueueNames.OrderTransaction, new PaymentDeadlineReached { OrderId = order.OrderId });

        var message = Harness.Kafka.Orders.ShouldHaveSingleItem();
        message.Source.ShouldBe(nameof(PaymentDeadlineReached));
        message.Request.OrderId.ShouldBe(order.OrderId);
        message.Request.BuyerId.ShouldBe(order.BuyerId);
        await Harness.Process.BeginAsync(message, CancellationToken.None);
        Harness.Stock.Failure = null;
        await Harness.AttemptAsync(order.OrderId);
        (await Harness.TransactionAsync(order.OrderId))!.Value.State.ShouldBe(TransactionStates.Cancelled);
    }
}
