using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>Messages of the clock that come before their time: from a worker whose clock is ahead, or scheduled before the time was moved.</summary>
public sealed class EarlyMessages_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>, IAsyncLifetime
{
    MachineHarness _harness = null!;

    public async Task InitializeAsync() => _harness = await MachineHarness.StartAsync(fixture);

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Fact]
    public async Task Should_not_roll_back_what_has_time_left()
    {
        var order = await _harness.GivenAsync(await fixture.AddActivityAsync(stock: 1), TransactionStates.Prepared);

        await _harness.SendAsync(new TransactionTimedOut { OrderId = order.CorrelationId });

        await ShouldStandAsync(order, TransactionStates.Prepared);
    }

    [Fact]
    public async Task Should_not_cancel_what_may_still_be_paid()
    {
        var order = await _harness.GivenAsync(await fixture.AddActivityAsync(stock: 1), TransactionStates.Committed);

        await _harness.SendAsync(new PaymentDeadlineReached { OrderId = order.CorrelationId });

        await ShouldStandAsync(order, TransactionStates.Committed);
    }

    async Task ShouldStandAsync(OrderTransactionState order, string state)
    {
        (await _harness.Ledger.LoadAsync(order.CorrelationId))!.CurrentState.ShouldBe(state);
        (await fixture.TakenAsync(order.ActivityId)).ShouldBe(1);
        _harness.Stock.RecordOf(order.CorrelationId).ShouldBeNull();
    }
}
