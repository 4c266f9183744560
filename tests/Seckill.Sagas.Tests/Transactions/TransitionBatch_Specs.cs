using Dapper;

using Seckill.Contracts;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Transactions;

public sealed class TransitionBatch_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task Should_cancel_many_orders_of_one_stock_in_few_transactions()
    {
        var activityId = await fixture.AddActivityAsync(stock: 1000);
        await using var ledger = fixture.NewLedger();
        var orders = await OrdersAsync(ledger, activityId, 1000, TransactionStates.Committed);
        var before = await fixture.CommitsAsync();

        await LedgerFixture.MoveAsync(ledger, orders, TransactionStates.Cancelling);
        await LedgerFixture.MoveAsync(ledger, orders, TransactionStates.Cancelled);

        (await fixture.CommitsAsync() - before).ShouldBeLessThan(200, "2,000 transitions share their COMMITs");
        (await fixture.BooksAsync(activityId)).ShouldBe(new() { [(OrderStatus.Cancelled, TransactionStates.Cancelled)] = 1000 });
        (await fixture.TakenAsync(activityId)).ShouldBe(0);
        (await fixture.StepsAsync(orders[999].CorrelationId)).ShouldBe(["prepared", "committed", "cancelling", "cancelled"]);
    }

    [Fact]
    public async Task Should_write_different_transitions_together()
    {
        var activityId = await fixture.AddActivityAsync(stock: 100);
        await using var ledger = fixture.NewLedger();
        var prepared = await OrdersAsync(ledger, activityId, 10, TransactionStates.Prepared);
        var committed = await OrdersAsync(ledger, activityId, 20, TransactionStates.Committed);

        await Task.WhenAll(
            LedgerFixture.MoveAsync(ledger, prepared, TransactionStates.RollingBack),
            LedgerFixture.MoveAsync(ledger, committed[..10], TransactionStates.Cancelling),
            LedgerFixture.MoveAsync(ledger, committed[10..], TransactionStates.Paid));

        (await fixture.BooksAsync(activityId)).ShouldBe(new()
        {
            [(OrderStatus.Cancelled, TransactionStates.Cancelling)] = 10,
            [(OrderStatus.Failed, TransactionStates.RollingBack)] = 10,
            [(OrderStatus.Paid, TransactionStates.Paid)] = 10,
        });
        (await fixture.TakenAsync(activityId)).ShouldBe(10);
    }

    [Fact]
    public async Task Should_let_only_the_order_fail_whose_books_are_damaged()
    {
        var activityId = await fixture.AddActivityAsync(stock: 20);
        await using var ledger = fixture.NewLedger();
        var orders = await OrdersAsync(ledger, activityId, 20, TransactionStates.Prepared);
        await fixture.ExecuteAsync("UPDATE orders SET status = 'paid' WHERE order_id = @id", new { id = orders[7].CorrelationId.ToString("D") });

        var writes = LedgerFixture.Moves(ledger, orders, TransactionStates.RollingBack);

        (await Should.ThrowAsync<InvalidOperationException>(writes[7])).Message.ShouldContain(orders[7].CorrelationId.ToString("D"));
        writes.RemoveAt(7);
        (await Task.WhenAll(writes)).ShouldAllBe(x => x);
        (await fixture.TakenAsync(activityId)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_let_only_the_order_fail_that_somebody_else_has_changed()
    {
        var activityId = await fixture.AddActivityAsync(stock: 20);
        await using var ledger = fixture.NewLedger();
        await using var rival = fixture.NewLedger();
        var orders = await OrdersAsync(ledger, activityId, 20, TransactionStates.Committed);
        var paid = (await rival.LoadAsync(orders[7].CorrelationId))!;
        (await Task.WhenAll(LedgerFixture.Moves(rival, [paid], TransactionStates.Paid))).ShouldBe([true]);

        var writes = LedgerFixture.Moves(ledger, orders, TransactionStates.Cancelling);

        await Should.ThrowAsync<TransactionConflictException>(writes[7]);
        writes.RemoveAt(7);
        (await Task.WhenAll(writes)).ShouldAllBe(x => x);
        (await fixture.TakenAsync(activityId)).ShouldBe(1);
    }

    [Theory]
    [InlineData(CutMode.BeforeServer)]
    [InlineData(CutMode.AfterServer)]
    public async Task Should_read_back_what_a_lost_commit_did_before_telling_anyone(CutMode mode)
    {
        var activityId = await fixture.AddActivityAsync(stock: 300);
        await using var proxy = CommitCuttingProxy.Start(fixture.Options.Host, fixture.Options.Port);
        await using var ledger = fixture.NewLedger(fixture.Through(proxy));
        var orders = await OrdersAsync(ledger, activityId, 300, TransactionStates.Prepared);

        proxy.CutNextCommits(1, mode);
        await LedgerFixture.MoveAsync(ledger, orders, TransactionStates.RollingBack);

        proxy.Cuts.ShouldBe(1);
        (await fixture.BooksAsync(activityId)).ShouldBe(new() { [(OrderStatus.Failed, TransactionStates.RollingBack)] = 300 });
        (await fixture.TakenAsync(activityId)).ShouldBe(0);
        (await fixture.StepsAsync(orders[0].CorrelationId)).ShouldBe(["prepared", "rolling_back"]);
    }

    [Fact]
    public async Task Should_store_text_as_it_is()
    {
        const string Text = "O'Neil \\ \"quoted\" 抢购 🎉; DROP TABLE orders; --";
        var activityId = await fixture.AddActivityAsync(stock: 1);
        await using var ledger = fixture.NewLedger();
        var order = (await OrdersAsync(ledger, activityId, 1, TransactionStates.Prepared)).Single();
        order.CurrentState = TransactionStates.RollingBack;
        order.LastError = Text;

        await ledger.SaveAsync(order, "olga", Text);

        (await ledger.LoadAsync(order.CorrelationId))!.LastError.ShouldBe(Text);
        await using var connection = await fixture.Database.OpenAsync();
        (await connection.QuerySingleAsync<(string, string)>(
            "SELECT detail, actor FROM transaction_log WHERE correlation_id = @id AND step = 'rolling_back'", new { id = order.CorrelationId.ToString("D") }))
            .ShouldBe((Text, "olga"));
    }

    static async Task<List<OrderTransactionState>> OrdersAsync(TransactionLedger ledger, long activityId, int count, string state)
    {
        var orders = Enumerable.Range(0, count).Select(_ => LedgerFixture.NewOrder(activityId)).ToList();
        (await Task.WhenAll(orders.Select(x => ledger.SaveAsync(x, "saga", null)))).ShouldAllBe(x => x);
        if (state != TransactionStates.Prepared)
            await LedgerFixture.MoveAsync(ledger, orders, state);
        return orders;
    }
}
