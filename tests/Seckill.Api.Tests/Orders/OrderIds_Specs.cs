using Seckill.Contracts;

namespace Seckill.Api.Tests.Orders;

public sealed class OrderIds_Specs
{
    [Fact]
    public void Should_tell_the_time_of_an_order()
    {
        var now = DateTimeOffset.UtcNow;

        OrderIds.TimeOf(OrderIds.New(now))!.Value.ShouldBe(now, TimeSpan.FromMilliseconds(1));
    }

    [Theory]
    [InlineData("fa06936a-d4c0-708b-a6b1-d78754a16cd7")]
    [InlineData("ffffffff-ffff-7fff-bfff-ffffffffffff")]
    [InlineData("019a9f5e-6c00-4a3b-8f4e-2d1c0b9a8877")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void Should_know_no_time_of_an_id_that_is_no_order_s(string id) => OrderIds.TimeOf(Guid.Parse(id)).ShouldBeNull();
}
