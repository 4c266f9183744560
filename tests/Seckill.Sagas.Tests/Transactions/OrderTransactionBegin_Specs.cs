using Dapper;

using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>The first delivery of an order: both participants agree, or either refuses in either phase.</summary>
public sealed class OrderTransactionBegin_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>, IAsyncLifetime
{
    MachineHarness _harness = null!;

    public async Task InitializeAsync() => _harness = await MachineHarness.StartAsync(fixture);

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task Should_commit_when_both_agree_and_tell_of_it()
    {
        var order = await DeliverAsync(stock: 5, quantity: 2);

        await ShouldEndAsAsync(order, TransactionStates.Committed, null, taken: 2, record: "committed");
        (await fixture.StepsAsync(order.OrderId)).ShouldBe(["prepared", "committed"]);
        var news = _harness.News.Orders.ShouldHaveSingleItem();
        news.Status.ShouldBe(OrderStatus.Confirmed);
        news.AmountCents.ShouldBe(2 * 1999);
        news.PayBy.ShouldBe(news.ChangedAt.AddSeconds(900));
    }

    [Theory]
    [InlineData(PrepareOutcome.SoldOut, RefusalReasons.SoldOut)]
    [InlineData(PrepareOutcome.LimitReached, RefusalReasons.AlreadyOrdered)]
    [InlineData(PrepareOutcome.Released, RefusalReasons.ReservationReleased)]
    public async Task Should_write_down_and_release_what_Redis_refuses_to_prepare(PrepareOutcome outcome, string reason)
    {
        _harness.Stock.NextPrepare = outcome;

        var order = await DeliverAsync(stock: 5);

        await ShouldEndAsAsync(order, TransactionStates.RolledBack, reason, taken: 0, record: "released");
        _harness.News.Orders.ShouldHaveSingleItem().Status.ShouldBe(OrderStatus.Failed);
    }

    [Fact]
    public async Task Should_let_MySQL_have_the_last_word_on_stock()
    {
        var order = await DeliverAsync(stock: 1, quantity: 2);

        await ShouldEndAsAsync(order, TransactionStates.RolledBack, RefusalReasons.StockDisagreement, taken: 0, record: "released");
    }

    [Theory]
    [InlineData(CommitOutcome.SoldOut, RefusalReasons.SoldOut)]
    [InlineData(CommitOutcome.LimitReached, RefusalReasons.AlreadyOrdered)]
    [InlineData(CommitOutcome.Released, RefusalReasons.ReservationReleased)]
    public async Task Should_roll_both_back_when_Redis_refuses_to_commit(CommitOutcome outcome, string reason)
    {
        _harness.Stock.NextCommit = outcome;

        var order = await DeliverAsync(stock: 5);

        await ShouldEndAsAsync(order, TransactionStates.RolledBack, reason, taken: 0, record: "released");
        (await fixture.StepsAsync(order.OrderId)).ShouldBe(["prepared", "rolling_back", "rolled_back"]);
    }

    [Fact]
    public async Task Should_release_what_MySQL_will_never_take_and_let_the_message_fail()
    {
        var activityId = await fixture.AddActivityAsync(stock: 5);
        var order = LedgerFixture.NewRequest(activityId, buyerId: new string('x', 65));

        await Should.ThrowAsync<InvalidOperationException>(_harness.SendAsync(order));

        _harness.Stock.RecordOf(order.OrderId).ShouldBe("released");
        (await _harness.Ledger.LoadAsync(order.OrderId)).ShouldBeNull();
        (await fixture.TakenAsync(activityId)).ShouldBe(0);
    }

    [Fact]
    public async Task Should_say_so_when_nobody_knows_the_order()
    {
        var orderId = OrderIds.New(DateTimeOffset.UtcNow);
        var answers = new[]
        {
            await _harness.SendAsync(new CancelOrder { OrderId = orderId, BuyerId = "alice" }),
            await _harness.SendAsync(new RollbackTransaction { OrderId = orderId, Reason = "why not", RequestedBy = "oscar" }),
            await _harness.SendAsync(new PaymentReceived { OrderId = orderId, PaymentId = "p", AmountCents = 1, PaidAt = DateTimeOffset.UtcNow }),
        };

        answers.ShouldAllBe(x => !x!.Accepted && x.Code == "unknown_order");
        await _harness.SendAsync(new PaymentDeadlineReached { OrderId = orderId });
        await _harness.SendAsync(new TransactionTimedOut { OrderId = orderId });
        await _harness.SendAsync(new ResumeTransaction { OrderId = orderId });
        (await _harness.Ledger.LoadAsync(orderId)).ShouldBeNull();
    }

    [Fact]
    public async Task Should_not_show_one_buyer_the_order_of_another()
    {
        var activityId = await fixture.AddActivityAsync(stock: 1);
        var order = await _harness.GivenAsync(activityId, TransactionStates.Committed);

        var answer = await _harness.SendAsync(new CancelOrder { OrderId = order.CorrelationId, BuyerId = "mallory" });

        answer!.Code.ShouldBe("unknown_order");
        answer.Status.ShouldBeNull();
        (await _harness.Ledger.LoadAsync(order.CorrelationId))!.CurrentState.ShouldBe(TransactionStates.Committed);
    }

    [Fact]
    public async Task Should_give_back_a_second_payment_and_one_of_a_wrong_amount_is_not_taken()
    {
        var activityId = await fixture.AddActivityAsync(stock: 2);
        var paid = await _harness.GivenAsync(activityId, TransactionStates.Paid);
        var open = await _harness.GivenAsync(activityId, TransactionStates.Committed);

        (await _harness.SendAsync(Payment(paid, "payment-2", paid.AmountCents)))!.Accepted.ShouldBeTrue();
        // The one that was taken, reported again.
        (await _harness.SendAsync(Payment(paid, "payment-1", paid.AmountCents)))!.Accepted.ShouldBeTrue();
        (await _harness.SendAsync(Payment(open, "payment-3", 1)))!.Code.ShouldBe("amount_mismatch");

        _harness.Payments.Refunds.ShouldBe([("payment-2", paid.AmountCents)]);
        (await _harness.Ledger.LoadAsync(open.CorrelationId))!.CurrentState.ShouldBe(TransactionStates.Committed);
    }

    static PaymentReceived Payment(OrderTransactionState order, string paymentId, long amountCents)
        => new() { OrderId = order.CorrelationId, PaymentId = paymentId, AmountCents = amountCents, PaidAt = DateTimeOffset.UtcNow };

    /// <summary>The first order of an activity.</summary>
    async Task<SeckillRequested> DeliverAsync(int stock, int quantity = 1)
    {
        var order = LedgerFixture.NewRequest(await fixture.AddActivityAsync(stock), quantity: quantity);
        await _harness.SendAsync(order);
        return order;
    }

    async Task ShouldEndAsAsync(SeckillRequested order, string state, string? reason, int taken, string record)
    {
        var stored = (await _harness.Ledger.LoadAsync(order.OrderId))!;
        stored.CurrentState.ShouldBe(state);
        stored.Reason.ShouldBe(reason);
        _harness.Stock.RecordOf(order.OrderId).ShouldBe(record);
        (await fixture.TakenAsync(order.ActivityId)).ShouldBe(taken);
        await using var connection = await fixture.Database.OpenAsync();
        var (status, orderReason) = await connection.QuerySingleAsync<(string, string?)>(
            "SELECT status, reason FROM orders WHERE order_id = @id", new { id = order.OrderId.ToString("D") });
        status.ShouldBe(TransactionStates.OrderStatusOf(state));
        orderReason.ShouldBe(reason);
    }
}
