using Seckill.Contracts;
using Seckill.Sagas.Transactions;
using Seckill.TestSupport;

using S = Seckill.Sagas.Transactions.TransactionStates;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>Every pair of a stored state and an event, handled for real: what state it leads to, what is answered, what Redis is told.</summary>
public sealed class OrderTransactionMatrix_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>, IAsyncLifetime
{
    MachineHarness _harness = null!;

    /// <summary>Answer: + accepted, - refused, blank for none. Redis: the order's record afterwards, blank when it was not touched.</summary>
    public static TheoryData<string, string, string, string, string> Pairs { get; } = new()
    {
        { S.Prepared, "Requested", S.Committed, "", "committed" },
        { S.Prepared, "Resumed", S.Committed, "", "committed" },
        { S.Prepared, "TimedOut", S.RolledBack, "", "released" },
        { S.Prepared, "RollbackRequested", S.RolledBack, "+", "released" },
        { S.Prepared, "CancelRequested", S.Prepared, "-", "" },
        { S.Prepared, "PaymentArrived", S.Prepared, "-", "" },
        { S.Prepared, "DeadlineReached", S.Prepared, "", "" },

        { S.Committed, "Requested", S.Committed, "", "committed" },
        { S.Committed, "Resumed", S.Committed, "", "committed" },
        { S.Committed, "TimedOut", S.Committed, "", "" },
        { S.Committed, "RollbackRequested", S.Cancelled, "+", "released" },
        { S.Committed, "CancelRequested", S.Cancelled, "+", "released" },
        { S.Committed, "PaymentArrived", S.Paid, "+", "" },
        { S.Committed, "DeadlineReached", S.Cancelled, "", "released" },

        { S.Paid, "Requested", S.Paid, "", "committed" },
        { S.Paid, "Resumed", S.Paid, "", "" },
        { S.Paid, "TimedOut", S.Paid, "", "" },
        { S.Paid, "RollbackRequested", S.Paid, "-", "" },
        { S.Paid, "CancelRequested", S.Paid, "-", "" },
        { S.Paid, "PaymentArrived", S.Paid, "+", "" },
        { S.Paid, "DeadlineReached", S.Paid, "", "" },

        { S.RollingBack, "Requested", S.RolledBack, "", "released" },
        { S.RollingBack, "Resumed", S.RolledBack, "", "released" },
        { S.RollingBack, "TimedOut", S.RolledBack, "", "released" },
        { S.RollingBack, "RollbackRequested", S.RolledBack, "+", "released" },
        { S.RollingBack, "CancelRequested", S.RollingBack, "-", "" },
        { S.RollingBack, "PaymentArrived", S.RollingBack, "+", "" },
        { S.RollingBack, "DeadlineReached", S.RollingBack, "", "" },

        { S.RolledBack, "Requested", S.RolledBack, "", "released" },
        { S.RolledBack, "Resumed", S.RolledBack, "", "released" },
        { S.RolledBack, "TimedOut", S.RolledBack, "", "" },
        { S.RolledBack, "RollbackRequested", S.RolledBack, "+", "" },
        { S.RolledBack, "CancelRequested", S.RolledBack, "-", "" },
        { S.RolledBack, "PaymentArrived", S.RolledBack, "+", "" },
        { S.RolledBack, "DeadlineReached", S.RolledBack, "", "" },

        { S.Cancelling, "Requested", S.Cancelled, "", "released" },
        { S.Cancelling, "Resumed", S.Cancelled, "", "released" },
        { S.Cancelling, "TimedOut", S.Cancelling, "", "" },
        { S.Cancelling, "RollbackRequested", S.Cancelled, "+", "released" },
        { S.Cancelling, "CancelRequested", S.Cancelled, "+", "released" },
        { S.Cancelling, "PaymentArrived", S.Refunded, "+", "released" },
        { S.Cancelling, "DeadlineReached", S.Cancelled, "", "released" },

        { S.Cancelled, "Requested", S.Cancelled, "", "released" },
        { S.Cancelled, "Resumed", S.Cancelled, "", "released" },
        { S.Cancelled, "TimedOut", S.Cancelled, "", "" },
        { S.Cancelled, "RollbackRequested", S.Cancelled, "+", "" },
        { S.Cancelled, "CancelRequested", S.Cancelled, "+", "" },
        { S.Cancelled, "PaymentArrived", S.Refunded, "+", "" },
        { S.Cancelled, "DeadlineReached", S.Cancelled, "", "" },

        { S.Refunding, "Requested", S.Refunded, "", "released" },
        { S.Refunding, "Resumed", S.Refunded, "", "" },
        { S.Refunding, "TimedOut", S.Refunding, "", "" },
        { S.Refunding, "RollbackRequested", S.Refunding, "+", "" },
        { S.Refunding, "CancelRequested", S.Refunding, "+", "" },
        { S.Refunding, "PaymentArrived", S.Refunded, "+", "" },
        { S.Refunding, "DeadlineReached", S.Refunding, "", "" },

        { S.Refunded, "Requested", S.Refunded, "", "released" },
        { S.Refunded, "Resumed", S.Refunded, "", "" },
        { S.Refunded, "TimedOut", S.Refunded, "", "" },
        { S.Refunded, "RollbackRequested", S.Refunded, "+", "" },
        { S.Refunded, "CancelRequested", S.Refunded, "+", "" },
        { S.Refunded, "PaymentArrived", S.Refunded, "+", "" },
        { S.Refunded, "DeadlineReached", S.Refunded, "", "" },
    };

    public async Task InitializeAsync() => _harness = await MachineHarness.StartAsync(fixture);

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Should_end_in_the_right_state(string state, string @event, string expected, string answer, string record)
    {
        var activityId = await fixture.AddActivityAsync(stock: 1);
        var order = await _harness.GivenAsync(activityId, state);
        await fixture.MakeDueAsync(order.CorrelationId);

        // Each event comes twice: the second time must change nothing.
        var first = await SendAsync(@event, order);
        var stored = (await _harness.Ledger.LoadAsync(order.CorrelationId))!;
        stored.CurrentState.ShouldBe(expected);
        (first is null ? "" : first.Accepted ? "+" : "-").ShouldBe(answer);
        (_harness.Stock.RecordOf(order.CorrelationId) ?? "").ShouldBe(record);

        await SendAsync(@event, order);
        (await _harness.Ledger.LoadAsync(order.CorrelationId))!.CurrentState.ShouldBe(expected);
        (await fixture.TakenAsync(activityId)).ShouldBe(expected is S.Prepared or S.Committed or S.Paid ? 1 : 0);
    }

    [Theory]
    [InlineData(S.Prepared, "TimedOut", OrderStatus.Failed)]
    [InlineData(S.Prepared, "RollbackRequested", OrderStatus.Failed)]
    [InlineData(S.Committed, "DeadlineReached", OrderStatus.Cancelled)]
    [InlineData(S.Committed, "CancelRequested", OrderStatus.Cancelled)]
    [InlineData(S.Committed, "RollbackRequested", OrderStatus.Cancelled)]
    [InlineData(S.Committed, "PaymentArrived", OrderStatus.Paid)]
    public async Task Should_answer_while_nothing_can_be_published_and_publish_when_the_message_comes_again(string state, string @event, string status)
    {
        var order = await _harness.GivenAsync(await fixture.AddActivityAsync(stock: 1), state);
        await fixture.MakeDueAsync(order.CorrelationId);
        _harness.News.IsAway = true;

        if (@event is "TimedOut" or "DeadlineReached")
            await Should.ThrowAsync<InvalidOperationException>(SendAsync(@event, order));
        else
            (await SendAsync(@event, order)).ShouldNotBeNull().Accepted.ShouldBeTrue();
        await Eventually.HoldsAsync(() => _harness.News.Refused == 1, "the news was not published");
        _harness.News.IsAway = false;
        await SendAsync(@event, order);

        await Eventually.HoldsAsync(() => _harness.News.Orders.Any(x => x.OrderId == order.CorrelationId), "the news is published");
        _harness.News.Orders.ShouldAllBe(x => x.Status == status);
    }

    [Fact]
    public void Should_name_every_pair_once()
    {
        var machine = new OrderTransactionStateMachine(_harness.Steps);
        var states = machine.States.Select(x => x.Name).Except(["Initial", "Final", S.Preparing]).ToList();
        var events = machine.Events.Select(x => x.Name).Where(x => !x.Contains('.', StringComparison.Ordinal)).Distinct().ToList();
        var expected = from state in states from name in events select (state, name);
        Pairs.Select(x => ((string)x[0], (string)x[1])).ShouldBe(expected, ignoreOrder: true);
    }

    Task<OrderActionResult?> SendAsync(string @event, OrderTransactionState order) => @event switch
    {
        "Requested" => _harness.SendAsync(new SeckillRequested
        {
            OrderId = order.CorrelationId,
            ActivityId = order.ActivityId,
            SkuId = order.SkuId,
            BuyerId = order.BuyerId,
            Quantity = order.Quantity,
            UnitPriceCents = order.UnitPriceCents,
            AdmittedAt = order.CreatedAt,
            PaymentWindowSeconds = order.PaymentWindowSeconds,
            IdempotencyKey = order.IdempotencyKey,
        }),
        "Resumed" => _harness.SendAsync(new ResumeTransaction { OrderId = order.CorrelationId }),
        "TimedOut" => _harness.SendAsync(new TransactionTimedOut { OrderId = order.CorrelationId }),
        "DeadlineReached" => _harness.SendAsync(new PaymentDeadlineReached { OrderId = order.CorrelationId }),
        "CancelRequested" => _harness.SendAsync(new CancelOrder { OrderId = order.CorrelationId, BuyerId = order.BuyerId }),
        "RollbackRequested" => _harness.SendAsync(
            new RollbackTransaction { OrderId = order.CorrelationId, Reason = "test", RequestedBy = "operator-1" }),
        "PaymentArrived" => _harness.SendAsync(new PaymentReceived
        {
            OrderId = order.CorrelationId,
            PaymentId = "payment-1",
            AmountCents = order.AmountCents,
            PaidAt = DateTimeOffset.UtcNow,
        }),
        _ => throw new ArgumentOutOfRangeException(nameof(@event), @event, "No such event"),
    };
}
