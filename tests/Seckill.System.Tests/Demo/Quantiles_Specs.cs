using System.Diagnostics;

using Seckill.Cli.Demo;

namespace Seckill.System.Tests.Demo;

public sealed class Quantiles_Specs
{
    [Fact]
    public void Should_be_values_that_occurred()
    {
        var millisecond = Stopwatch.Frequency / 1000;

        var quantiles = Quantiles.Of(Enumerable.Range(1, 200).Reverse().Select(x => x * millisecond));

        quantiles.ShouldBe(new Quantiles(100, 198, 200));
    }

    [Fact]
    public void Should_be_zero_without_values() => Quantiles.Of([]).ShouldBe(new Quantiles(0, 0, 0));
}
