using Seckill.Chaos.Judging;
using Seckill.Chaos.Selling;
using Seckill.Contracts;

namespace Seckill.System.Tests.Chaos;

/// <summary>What the judge of a cell takes for a lie.</summary>
public sealed class CellJudge_Specs
{
    [Theory]
    [InlineData(OrderStatus.Confirmed, OrderStatus.Failed)]
    [InlineData(OrderStatus.Failed, OrderStatus.Confirmed)]
    [InlineData(OrderStatus.Paid, OrderStatus.Cancelled)]
    [InlineData(OrderStatus.Cancelled, OrderStatus.Failed)]
    public void Should_take_two_statuses_for_a_contradiction(string first, string second)
        => Told(first, second).Contradiction.ShouldBe($"is {first}, and then {second}");

    [Theory]
    [InlineData(OrderStatus.Pending, OrderStatus.Failed)]
    [InlineData(OrderStatus.Confirmed, OrderStatus.Cancelled)]
    [InlineData(OrderStatus.Confirmed, OrderStatus.Paid)]
    [InlineData(OrderStatus.Confirmed, OrderStatus.Pending)]
    [InlineData(OrderStatus.Paid, OrderStatus.Confirmed)]
    [InlineData(OrderStatus.Failed, OrderStatus.Failed)]
    public void Should_let_an_order_go_its_way_and_late_answers_come_late(string first, string second)
        => Told(first, second).Contradiction.ShouldBeNull();

    [Fact]
    public void Should_miss_no_order_that_its_buyer_does_not_know_of()
    {
        var (known, second, refused, failed) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var (first, other) = (Buyer("first"), Buyer("other"));
        first.OrderId = known;
        other.Refusal = "sold_out";
        WrittenOrder[] written =
        [
            new(known, "first", OrderStatus.Confirmed), new(second, "first", OrderStatus.Confirmed), new(failed, "first", OrderStatus.Failed),
            new(refused, "other", OrderStatus.Cancelled),
        ];

        WrittenOrder.Unknown(written, [first, other]).Select(x => x.Id).ShouldBe([second, refused]);
    }

    static SaleBuyer Told(params string[] statuses)
    {
        var buyer = Buyer("buyer");
        foreach (var status in statuses)
            buyer.Hear(status);
        return buyer;
    }

    static SaleBuyer Buyer(string name) => new() { Name = name, Token = "" };
}
