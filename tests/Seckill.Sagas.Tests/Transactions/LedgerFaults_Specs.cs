using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Sagas.Tests.Faults;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>The group commit when something fails between its statements, or the answer to its COMMIT is lost.</summary>
public sealed class LedgerFaults_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>
{
    static readonly TransactionOptions OneAttempt = new() { RetryMaxAttempts = 1 };

    [Fact]
    public async Task Should_undo_first_writes_that_were_not_committed()
    {
        var activityId = await fixture.AddActivityAsync(stock: 2);
        await using var ledger = fixture.NewLedger(options: OneAttempt, faults: Armed(KnownPoints.BeforeMySqlCommit, "throw:1"));
        var order = LedgerFixture.NewOrder(activityId);

        await Should.ThrowAsync<InjectedFaultException>(ledger.SaveAsync(order, "saga", null));
        // Another one, for whose stock nobody may hold a lock any more.
        await using var rival = fixture.NewLedger();
        (await rival.SaveAsync(LedgerFixture.NewOrder(activityId), "saga", null).WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        (await fixture.TakenAsync(activityId)).ShouldBe(1);

        (await ledger.SaveAsync(order, "saga", null)).ShouldBeTrue();
        (await fixture.BooksAsync(activityId)).ShouldBe(new() { [(OrderStatus.Pending, TransactionStates.Prepared)] = 2 });
        (await fixture.TakenAsync(activityId)).ShouldBe(2);
    }

    [Fact]
    public async Task Should_undo_a_change_that_was_not_committed()
    {
        var activityId = await fixture.AddActivityAsync(stock: 1);
        await using var ledger = fixture.NewLedger(options: OneAttempt, faults: Armed(KnownPoints.BeforeMySqlCommit, "throw:at2"));
        var order = LedgerFixture.NewOrder(activityId);
        await ledger.SaveAsync(order, "saga", null);
        order.CurrentState = TransactionStates.Committed;

        await Should.ThrowAsync<InjectedFaultException>(ledger.SaveAsync(order, "saga", null));
        (await ledger.SaveAsync(order, "saga", null)).ShouldBeTrue("had the first try been committed after all, this one would find another version");

        (await fixture.StepsAsync(order.CorrelationId)).ShouldBe(["prepared", "committed"]);
    }

    [Theory]
    [InlineData("after-mysql-commit", "lost:1")]
    [InlineData("after-mysql-commit", "lost:at2")]
    [InlineData("before-transition-commit", "throw:1")]
    [InlineData("after-transition-commit", "lost:1")]
    [InlineData("before-mysql-prepare", "throw:1")]
    [InlineData("before-mysql-decision", "throw:1")]
    [InlineData("before-mysql-transition", "throw:1")]
    public async Task Should_write_once_what_is_tried_again(string point, string fault)
    {
        var activityId = await fixture.AddActivityAsync(stock: 1);
        var faults = Armed(KnownPoints.Find(point)!, fault);
        await using var ledger = fixture.NewLedger(options: new TransactionOptions { RetryFirstDelayMilliseconds = 1 }, faults: faults);
        var order = LedgerFixture.NewOrder(activityId);

        foreach (var state in new[] { TransactionStates.Prepared, TransactionStates.Committed, TransactionStates.Cancelling, TransactionStates.Cancelled })
        {
            order.CurrentState = state;
            (await ledger.SaveAsync(order, "saga", null)).ShouldBeTrue();
        }

        faults.PassesOf(KnownPoints.Find(point)!).ShouldBeGreaterThan(0);
        (await fixture.StepsAsync(order.CorrelationId)).ShouldBe(["prepared", "committed", "cancelling", "cancelled"]);
        (await fixture.TakenAsync(activityId)).ShouldBe(0);
    }

    [Theory]
    [InlineData("mysql-prepare-reply")]
    [InlineData("mysql-decision-reply")]
    [InlineData("mysql-transition-reply")]
    public async Task Should_say_of_a_write_without_reply_that_it_has_to_be_looked_at(string point)
    {
        var activityId = await fixture.AddActivityAsync(stock: 1);
        await using var ledger = fixture.NewLedger(
            options: new TransactionOptions { RetryFirstDelayMilliseconds = 1 }, faults: Armed(KnownPoints.Find(point)!, "lost:1"));
        var order = LedgerFixture.NewOrder(activityId);
        var lost = 0;

        foreach (var state in new[] { TransactionStates.Prepared, TransactionStates.Committed, TransactionStates.Cancelling, TransactionStates.Cancelled })
        {
            order.CurrentState = state;
            try
            {
                await ledger.SaveAsync(order, "saga", null);
            }
            catch (Exception exception) when (exception is TransactionExistsException or TransactionConflictException)
            {
                lost++;
                order = (await ledger.LoadAsync(order.CorrelationId)).ShouldNotBeNull();
                order.StoredState.ShouldBe(state);
            }
        }

        lost.ShouldBe(1);
        (await fixture.StepsAsync(order.CorrelationId)).ShouldBe(["prepared", "committed", "cancelling", "cancelled"]);
        (await fixture.TakenAsync(activityId)).ShouldBe(0);
    }

    static FaultPoints Armed(FaultPoint point, string fault) => ArmedFaults.At(point, fault, []);
}
