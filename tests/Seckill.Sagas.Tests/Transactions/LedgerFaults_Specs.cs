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

        (await fixture.StepsAsync(order.CorrelationId)).ShouldBe(["begun", "prepared", "committed"]);
    }

    static FaultPoints Armed(FaultPoint point, string fault) => ArmedFaults.At(point, fault, []);
}
