using MassTransit;

using Seckill.Contracts;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.Tests.Transactions;

namespace Seckill.Sagas.Tests.Compensation;

public sealed class TransactionRunner_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task Should_not_take_a_transaction_for_settled_that_stands_half_done()
    {
        var activityId = await fixture.AddActivityAsync(stock: 1);
        await using var ledger = fixture.NewLedger();
        var order = LedgerFixture.NewOrder(activityId);
        await ledger.SaveAsync(order, "saga", null);
        // Stands for a machine that leaves the transaction where it was.
        var mediator = Bus.Factory.CreateMediator(x => x.Handler<SeckillRequested>(_ => Task.CompletedTask));

        var run = new TransactionRunner(mediator, ledger, TimeProvider.System).RunAsync(order.ToRequest(), CancellationToken.None);

        (await Should.ThrowAsync<InvalidOperationException>(run)).Message.ShouldContain("is Prepared still");
    }
}
