using Seckill.Contracts;
using Seckill.Sagas.Tests.Transactions;

namespace Seckill.Sagas.Tests.Compensation;

public sealed class HandOver_Specs(LedgerFixture fixture) : IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task Should_say_in_the_transaction_that_it_failed_before_compensation_begins()
    {
        await using var harness = await CompensationHarness.StartAsync(fixture);
        harness.Stock.CommitFailure = () => new InvalidOperationException("WRONGTYPE");
        var order = LedgerFixture.NewRequest(await fixture.AddActivityAsync(stock: 5));

        await harness.SendAsync(QueueNames.OrderTransaction, order);

        harness.Kafka.Orders.ShouldHaveSingleItem().Request.ShouldBe(order);
        (await harness.Store.FindAsync(order.OrderId)).ShouldBeNull("nobody has read the topic");
        (await harness.TransactionAsync(order.OrderId)).ShouldNotBeNull().Error.ShouldNotBeNull().ShouldContain("WRONGTYPE");
    }
}
