using MySqlConnector;

using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Transactions;

public sealed class GroupCommit_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task Should_write_many_concurrent_orders_in_few_transactions()
    {
        var activityId = await fixture.AddActivityAsync(stock: 1000);
        await using var ledger = fixture.NewLedger();
        var orders = Enumerable.Range(0, 1000).Select(_ => LedgerFixture.NewOrder(activityId)).ToList();
        var before = await fixture.CommitsAsync();

        (await Task.WhenAll(orders.Select(x => ledger.SaveAsync(x, "saga", null)))).ShouldAllBe(x => x);
        await LedgerFixture.MoveAsync(ledger, orders, TransactionStates.Committed);

        (await fixture.CommitsAsync() - before).ShouldBeLessThan(200, "1,000 prepares and 1,000 decisions share their COMMITs");
        (await fixture.BooksAsync(activityId)).ShouldBe(new() { [(OrderStatus.Confirmed, TransactionStates.Committed)] = 1000 });
        (await fixture.TakenAsync(activityId)).ShouldBe(1000);
        (await fixture.StepsAsync(orders[0].CorrelationId)).ShouldBe(["prepared", "committed"]);
    }

    [Fact]
    public async Task Should_write_prepared_and_refused_orders_together()
    {
        var activityId = await fixture.AddActivityAsync(stock: 1000);
        await using var ledger = fixture.NewLedger();
        var orders = Enumerable.Range(0, 200).Select(_ => LedgerFixture.NewOrder(activityId)).ToList();
        foreach (var refused in orders.Where((_, i) => i % 2 == 1))
            (refused.CurrentState, refused.Reason, refused.LastError) = (TransactionStates.RolledBack, RefusalReasons.Fault, "it's 超长");

        (await Task.WhenAll(orders.Select(x => ledger.SaveAsync(x, "saga", null)))).ShouldAllBe(x => x);

        (await fixture.FirstRowsAsync(activityId)).ShouldBe(
        [
            "Prepared/pending: 100, reason NULL/NULL/NULL, error NULL, retries 0, version 1, prepared at the log's time, expires later, decided NULL, closed NULL",
            "RolledBack/failed: 100, reason fault/fault/fault, error it's 超长, retries 0, version 1, prepared NULL, expires NULL, decided at the log's time, closed at the log's time",
        ]);
        (await fixture.TakenAsync(activityId)).ShouldBe(100);
    }

    [Fact]
    public async Task Should_give_the_last_units_to_some_and_refuse_only_the_others()
    {
        var activityId = await fixture.AddActivityAsync(stock: 100);
        await using var ledger = fixture.NewLedger();
        await using var rival = fixture.NewLedger();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 300)
            .Select(i => (i % 2 == 0 ? ledger : rival).SaveAsync(LedgerFixture.NewOrder(activityId), "saga", null)));

        outcomes.Count(x => x).ShouldBe(100);
        (await fixture.TakenAsync(activityId)).ShouldBe(100);
        (await fixture.BooksAsync(activityId)).ShouldBe(new() { [(OrderStatus.Pending, TransactionStates.Prepared)] = 100 });
    }

    [Fact]
    public async Task Should_take_units_of_many_skus_and_refuse_only_orders_of_those_that_have_none_left()
    {
        const int Skus = 130;
        var activityId = await fixture.AddActivityAsync(stock: 3, Skus);
        await using var ledger = fixture.NewLedger();
        await using var rival = fixture.NewLedger();
        // Each has three units: they are for one unit, and three of four fit, or for two, and one does.
        var orders = Enumerable.Range(0, 4 * Skus).Select(i => Order(activityId, 1 + (i % Skus), 1 + (i % 2))).ToList();

        var outcomes = await Task.WhenAll(orders.Select((x, i) => (i / Skus % 2 == 0 ? ledger : rival).SaveAsync(x, "saga", null)));

        var expected = Enumerable.Range(0, Skus).Select(i => i % 2 == 0 ? 3 : 2).ToList();
        (await fixture.TakenOfEachAsync(activityId)).ShouldBe(expected);
        orders.Zip(outcomes).Where(x => x.Second).GroupBy(x => x.First.SkuId, x => x.First.Quantity).OrderBy(x => x.Key).Select(x => x.Sum()).ShouldBe(expected);

        await LedgerFixture.MoveAsync(ledger, [.. orders.Zip(outcomes).Where(x => x.Second).Select(x => x.First)], TransactionStates.RollingBack);
        (await fixture.TakenOfEachAsync(activityId)).ShouldAllBe(x => x == 0);

        static OrderTransactionState Order(long activityId, int sku, int quantity)
        {
            var order = LedgerFixture.NewOrder(activityId, quantity: quantity);
            order.SkuId = sku;
            return order;
        }
    }

    [Fact]
    public async Task Should_refuse_an_order_of_a_sku_that_has_no_stock_row()
    {
        var activityId = await fixture.AddActivityAsync(stock: 1);
        await using var ledger = fixture.NewLedger();
        var order = LedgerFixture.NewOrder(activityId);
        order.SkuId = 404;

        (await ledger.SaveAsync(order, "saga", null)).ShouldBeFalse();
        (await fixture.BooksAsync(activityId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_let_only_the_bad_row_of_a_batch_fail()
    {
        var activityId = await fixture.AddActivityAsync(stock: 200);
        await using var ledger = fixture.NewLedger();
        var orders = Enumerable.Range(0, 200).Select(_ => LedgerFixture.NewOrder(activityId)).ToList();
        orders[77].BuyerId = new string('x', 65);

        var writes = orders.Select(x => ledger.SaveAsync(x, "saga", null)).ToList();

        await Should.ThrowAsync<MySqlException>(writes[77]);
        writes.RemoveAt(77);
        (await Task.WhenAll(writes)).ShouldAllBe(x => x);
        (await fixture.TakenAsync(activityId)).ShouldBe(199);
    }

    [Fact]
    public async Task Should_store_text_as_it_is()
    {
        var activityId = await fixture.AddActivityAsync(stock: 1);
        await using var ledger = fixture.NewLedger();
        var order = LedgerFixture.NewOrder(activityId, buyerId: "o'brien\\\"; DROP TABLE orders; -- */ 买家");
        order.IdempotencyKey = "\\'); DELETE FROM stock; --*/";

        await ledger.SaveAsync(order, "saga", null);

        var stored = await ledger.LoadAsync(order.CorrelationId);
        stored!.BuyerId.ShouldBe(order.BuyerId);
        stored.IdempotencyKey.ShouldBe(order.IdempotencyKey);
    }

    [Fact]
    public async Task Should_tell_repeats_within_a_batch_and_across_batches_that_the_order_is_there()
    {
        var activityId = await fixture.AddActivityAsync(stock: 50);
        await using var ledger = fixture.NewLedger();
        var orders = Enumerable.Range(0, 20).Select(_ => LedgerFixture.NewOrder(activityId)).ToList();
        var repeats = orders.Select(Copy).ToList();

        var writes = orders.Zip(repeats, (x, y) => (First: ledger.SaveAsync(x, "saga", null), Repeat: ledger.SaveAsync(y, "saga", null))).ToList();
        (await Task.WhenAll(writes.Select(x => x.First))).ShouldAllBe(x => x);
        foreach (var (_, repeat) in writes)
            await Should.ThrowAsync<TransactionExistsException>(repeat);

        await Should.ThrowAsync<TransactionExistsException>(ledger.SaveAsync(Copy(orders[0]), "saga", null));
        (await fixture.TakenAsync(activityId)).ShouldBe(20);
    }

    [Fact]
    public async Task Should_not_commit_what_another_actor_has_decided()
    {
        var activityId = await fixture.AddActivityAsync(stock: 10);
        await using var ledger = fixture.NewLedger();
        var orders = Enumerable.Range(0, 10).Select(_ => LedgerFixture.NewOrder(activityId)).ToList();
        await Task.WhenAll(orders.Select(x => ledger.SaveAsync(x, "saga", null)));
        var rolledBack = (await ledger.LoadAsync(orders[3].CorrelationId))!;
        rolledBack.CurrentState = TransactionStates.RollingBack;
        rolledBack.FencingToken = 2;
        await ledger.SaveAsync(rolledBack, "clock", RefusalReasons.TimedOut);

        var writes = LedgerFixture.Moves(ledger, orders, TransactionStates.Committed);

        await Should.ThrowAsync<TransactionConflictException>(writes[3]);
        writes.RemoveAt(3);
        await Task.WhenAll(writes);
        var books = await fixture.BooksAsync(activityId);
        books[(OrderStatus.Confirmed, TransactionStates.Committed)].ShouldBe(9);
        books[(OrderStatus.Failed, TransactionStates.RollingBack)].ShouldBe(1);
        books.Count.ShouldBe(2);
        (await fixture.TakenAsync(activityId)).ShouldBe(9);
    }

    [Fact]
    public async Task Should_refuse_a_write_under_an_older_fencing_token()
    {
        var activityId = await fixture.AddActivityAsync(stock: 1);
        await using var ledger = fixture.NewLedger();
        var order = LedgerFixture.NewOrder(activityId);
        order.FencingToken = 10;
        await ledger.SaveAsync(order, "saga", null);

        var stale = (await ledger.LoadAsync(order.CorrelationId))!;
        stale.FencingToken = 9;
        stale.CurrentState = TransactionStates.RollingBack;

        await Should.ThrowAsync<TransactionConflictException>(ledger.SaveAsync(stale, "operator", null));
        (await fixture.BooksAsync(activityId)).ShouldBe(new() { [(OrderStatus.Pending, TransactionStates.Prepared)] = 1 });
    }

    [Theory]
    [InlineData(CutMode.BeforeServer)]
    [InlineData(CutMode.AfterServer)]
    public async Task Should_read_back_what_a_lost_commit_did_before_telling_anyone(CutMode mode)
    {
        var activityId = await fixture.AddActivityAsync(stock: 300);
        await using var proxy = CommitCuttingProxy.Start(fixture.Options.Host, fixture.Options.Port);
        await using var ledger = fixture.NewLedger(fixture.Through(proxy));
        var orders = Enumerable.Range(0, 300).Select(_ => LedgerFixture.NewOrder(activityId)).ToList();

        proxy.CutNextCommits(1, mode);
        (await Task.WhenAll(orders.Select(x => ledger.SaveAsync(x, "saga", null)))).ShouldAllBe(x => x);
        proxy.Cuts.ShouldBe(1);
        (await fixture.TakenAsync(activityId)).ShouldBe(300);

        proxy.CutNextCommits(1, mode);
        await LedgerFixture.MoveAsync(ledger, orders, TransactionStates.Committed);
        proxy.Cuts.ShouldBe(2);
        (await fixture.BooksAsync(activityId)).ShouldBe(new() { [(OrderStatus.Confirmed, TransactionStates.Committed)] = 300 });
        (await fixture.StepsAsync(orders[0].CorrelationId)).ShouldBe(["prepared", "committed"]);
    }

    static OrderTransactionState Copy(OrderTransactionState order)
    {
        var copy = LedgerFixture.NewOrder(order.ActivityId, order.BuyerId);
        copy.CorrelationId = order.CorrelationId;
        return copy;
    }
}
