using Seckill.Operations.Archive;

namespace Seckill.Operations.Tests.Archive;

public sealed class FailedOrder_Specs
{
    [Fact]
    public void Should_be_kept_under_its_order_id()
        => FailedOrder.IdOf(Guid.Parse("019A9F5E-6C00-7A3B-8F4E-2D1C0B9A8877")).ShouldBe("019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877");

    [Fact]
    public void Should_be_kept_under_its_position_when_it_names_no_order()
        => FailedOrder.IdOf("compensation_dlq", 3, 12_345_678).ShouldBe("raw:compensation_dlq:3:12345678");
}
