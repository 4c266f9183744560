using Seckill.Bench.Scenarios;

namespace Seckill.Bench.Tests;

public sealed class Side_Specs
{
    [Fact]
    public void Should_choose_the_highest_rate()
        => Side.Choose(new Dictionary<int, double> { [4] = 900, [8] = 1_500, [16] = 2_000, [32] = 1_400 }).ShouldBe(16);

    [Fact]
    public void Should_choose_the_fewest_in_flight_of_rates_that_are_the_same()
        => Side.Choose(new Dictionary<int, double> { [4] = 900, [8] = 1_980, [16] = 2_000, [32] = 1_990 }).ShouldBe(8);

    [Fact]
    public void Should_know_the_three_schemes() => Side.Schemes.Select(x => x.Scheme).ShouldBe(["local", "queue", "twoPhase"]);
}
