using MySqlConnector;

using Seckill.Contracts;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>The row that is the decision, and the stock beside it: each of their guards alone, with the others satisfied.</summary>
public sealed class DecisionRow_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>, IAsyncLifetime
{
    long _activityId;

    public async Task InitializeAsync() => _activityId = await fixture.AddActivityAsync(stock: 5);

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(6)]
    [InlineData(-1)]
    public async Task Should_have_a_stock_that_refuses_what_it_does_not_have(int taken)
    {
        await Should.ThrowAsync<MySqlException>(() => fixture.ExecuteAsync("UPDATE stock SET taken = @taken WHERE activity_id = @_activityId", new { taken, _activityId }));

        (await fixture.TakenAsync(_activityId)).ShouldBe(0);
    }

    [Fact]
    public async Task Should_commit_a_prepared_row_only()
    {
        await using var ledger = fixture.NewLedger();
        var order = await GivenAsync(ledger, TransactionStates.Prepared);
        await ChangeAsync(order, "state = 'RollingBack'");

        await Should.ThrowAsync<TransactionConflictException>(LedgerFixture.Moves(ledger, [order], TransactionStates.Committed).Single());

        (await fixture.BooksAsync(_activityId)).ShouldBe(new() { [(OrderStatus.Pending, TransactionStates.RollingBack)] = 1 });
    }

    [Fact]
    public async Task Should_not_commit_a_row_that_was_changed_since()
    {
        await using var ledger = fixture.NewLedger();
        var order = await GivenAsync(ledger, TransactionStates.Prepared);
        await ChangeAsync(order, "row_version = row_version + 1");

        await Should.ThrowAsync<TransactionConflictException>(LedgerFixture.Moves(ledger, [order], TransactionStates.Committed).Single());

        (await fixture.BooksAsync(_activityId)).ShouldBe(new() { [(OrderStatus.Pending, TransactionStates.Prepared)] = 1 });
    }

    [Fact]
    public async Task Should_not_confirm_an_order_that_is_not_pending()
    {
        await using var ledger = fixture.NewLedger();
        var order = await GivenAsync(ledger, TransactionStates.Prepared);
        await fixture.ExecuteAsync("UPDATE orders SET status = 'failed' WHERE order_id = @id", new { id = order.CorrelationId.ToString("D") });

        await Should.ThrowAsync<InvalidOperationException>(LedgerFixture.Moves(ledger, [order], TransactionStates.Committed).Single());

        (await fixture.BooksAsync(_activityId)).ShouldBe(new() { [(OrderStatus.Failed, TransactionStates.Prepared)] = 1 });
    }

    [Fact]
    public async Task Should_change_a_row_from_the_state_that_was_read_only()
    {
        await using var ledger = fixture.NewLedger();
        var order = await GivenAsync(ledger, TransactionStates.Committed);
        await ChangeAsync(order, "state = 'Paid'");

        await Should.ThrowAsync<TransactionConflictException>(LedgerFixture.Moves(ledger, [order], TransactionStates.Cancelling).Single());

        (await fixture.BooksAsync(_activityId)).ShouldBe(new() { [(OrderStatus.Confirmed, TransactionStates.Paid)] = 1 });
        (await fixture.TakenAsync(_activityId)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_not_change_a_row_that_was_changed_since()
    {
        await using var ledger = fixture.NewLedger();
        var order = await GivenAsync(ledger, TransactionStates.Committed);
        await ChangeAsync(order, "row_version = row_version + 1");

        await Should.ThrowAsync<TransactionConflictException>(LedgerFixture.Moves(ledger, [order], TransactionStates.Cancelling).Single());

        (await fixture.TakenAsync(_activityId)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_not_return_units_that_were_not_taken()
    {
        await using var ledger = fixture.NewLedger();
        var order = await GivenAsync(ledger, TransactionStates.Prepared);
        await fixture.ExecuteAsync("UPDATE stock SET taken = 0 WHERE activity_id = @_activityId", new { _activityId });

        // In words of ours, which name the order: not as an error of the server's check.
        (await Should.ThrowAsync<InvalidOperationException>(LedgerFixture.Moves(ledger, [order], TransactionStates.RollingBack).Single()))
            .Message.ShouldContain(order.CorrelationId.ToString("D"));

        (await fixture.BooksAsync(_activityId)).ShouldBe(new() { [(OrderStatus.Pending, TransactionStates.Prepared)] = 1 });
    }

    [Fact]
    public async Task Should_not_take_a_row_of_another_writer_for_its_own_after_a_lost_commit()
    {
        await using var proxy = CommitCuttingProxy.Start(fixture.Options.Host, fixture.Options.Port);
        await using var ledger = fixture.NewLedger(fixture.Through(proxy));
        var order = LedgerFixture.NewOrder(_activityId);
        proxy.BeforeCut = () => ChangeAsync(order, "fencing_token = 99");
        proxy.CutNextCommits(1, CutMode.AfterServer);

        await Should.ThrowAsync<TransactionExistsException>(ledger.SaveAsync(order, "saga", null));

        proxy.Cuts.ShouldBe(1);
    }

    [Fact]
    public async Task Should_not_take_the_change_of_a_newer_holder_for_its_own_after_a_lost_commit()
    {
        await using var proxy = CommitCuttingProxy.Start(fixture.Options.Host, fixture.Options.Port);
        await using var ledger = fixture.NewLedger(fixture.Through(proxy));
        var order = await GivenAsync(ledger, TransactionStates.Prepared);
        proxy.BeforeCut = () => ChangeAsync(order, "fencing_token = 99");
        proxy.CutNextCommits(1, CutMode.AfterServer);

        await Should.ThrowAsync<TransactionConflictException>(LedgerFixture.Moves(ledger, [order], TransactionStates.RollingBack).Single());

        proxy.Cuts.ShouldBe(1);
    }

    async Task<OrderTransactionState> GivenAsync(TransactionLedger ledger, string state)
    {
        var order = LedgerFixture.NewOrder(_activityId);
        (await ledger.SaveAsync(order, "saga", null)).ShouldBeTrue();
        if (state != TransactionStates.Prepared)
            await LedgerFixture.MoveAsync(ledger, [order], state);
        return order;
    }

    /// <summary>Somebody else changes the row.</summary>
    Task ChangeAsync(OrderTransactionState order, string change)
        => fixture.ExecuteAsync($"UPDATE order_transaction SET {change} WHERE correlation_id = @id", new { id = order.CorrelationId.ToString("D") });
}
