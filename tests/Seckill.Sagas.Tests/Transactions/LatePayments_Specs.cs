using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>Payments that can't be kept go back as they came, whatever the order costs.</summary>
public sealed class LatePayments_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>, IAsyncLifetime
{
    const long OtherAmount = 1500;

    MachineHarness _harness = null!;

    public async Task InitializeAsync() => _harness = await MachineHarness.StartAsync(fixture);

    public async Task DisposeAsync() => await _harness.DisposeAsync();

    [Theory]
    [InlineData(TransactionStates.Cancelling)]
    [InlineData(TransactionStates.Cancelled)]
    [InlineData(TransactionStates.RollingBack)]
    [InlineData(TransactionStates.RolledBack)]
    public async Task Should_give_back_what_was_paid(string state)
    {
        var order = await GivenAsync(state);

        (await _harness.SendAsync(Payment(order)))!.Accepted.ShouldBeTrue();

        _harness.Payments.Refunds.ShouldBe([("payment-1", OtherAmount)]);
    }

    [Fact]
    public async Task Should_give_back_what_was_paid_when_recovery_has_to_finish_it()
    {
        var order = await GivenAsync(TransactionStates.Cancelled);
        (order.CurrentState, order.PaymentId, order.PaidCents) = (TransactionStates.Refunding, "payment-1", OtherAmount);
        await _harness.Ledger.SaveAsync(order, "test", null);

        await _harness.SendAsync(new ResumeTransaction { OrderId = order.CorrelationId });

        _harness.Payments.Refunds.ShouldBe([("payment-1", OtherAmount)]);
        var stored = (await _harness.Ledger.LoadAsync(order.CorrelationId))!;
        stored.CurrentState.ShouldBe(TransactionStates.Refunded);
        stored.PaidCents.ShouldBe(OtherAmount);
    }

    [Fact]
    public async Task Should_learn_from_the_repeat_what_an_older_version_did_not_write_down()
    {
        var order = await GivenAsync(TransactionStates.Refunding);

        await _harness.SendAsync(Payment(order));

        _harness.Payments.Refunds.ShouldBe([("payment-1", OtherAmount)]);
    }

    [Fact]
    public async Task Should_give_back_what_the_order_costs_when_nobody_knows_what_was_paid()
    {
        var order = await GivenAsync(TransactionStates.Refunding);

        await _harness.SendAsync(new ResumeTransaction { OrderId = order.CorrelationId });

        _harness.Payments.Refunds.ShouldBe([("payment-1", order.AmountCents)]);
    }

    async Task<OrderTransactionState> GivenAsync(string state) => await _harness.GivenAsync(await fixture.AddActivityAsync(stock: 1), state);

    static PaymentReceived Payment(OrderTransactionState order)
        => new() { OrderId = order.CorrelationId, PaymentId = "payment-1", AmountCents = OtherAmount, PaidAt = DateTimeOffset.UtcNow };
}
