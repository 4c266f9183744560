using Seckill.Bench.Results;

namespace Seckill.Bench.Tests;

public sealed class Comparison_Specs
{
    [Fact]
    public void Should_give_the_ratio_of_each_figure_that_both_have()
    {
        var before = new BenchResult { Commit = "aaa", Steady = Steady(Load(1_000, 20)), Ratios = new Ratios(2, 3) };
        var after = new BenchResult { Commit = "bbb", Steady = Steady(Load(1_500, 10)) };

        var lines = Comparison.Of(before, after).Split('\n');

        lines.ShouldContain("| steady.load.perSecond | 1000 | 1500 | 1.50 |");
        lines.ShouldContain("| steady.load.committed.p99Ms | 20 | 10 | 0.50 |");
        lines.ShouldContain("| steady.load.cpuMicrosPerOrder.byProcess.api | 100 | 100 | 1.00 |");
        lines.ShouldNotContain(x => x.Contains("ratios", StringComparison.Ordinal));
        lines[0].ShouldContain("commit aaa");
    }

    [Fact]
    public void Should_have_no_ratio_to_nothing()
        => Comparison.Of(new BenchResult { Ratios = new Ratios(0, 1) }, new BenchResult { Ratios = new Ratios(2, 1) })
            .ShouldContain("| ratios.twoPhaseToLocal | 0 | 2 | - |");

    [Fact]
    public void Should_leave_single_rounds_and_settings_out()
    {
        var side = new SideRun { Scheme = "local", Description = "", InFlight = 8, Figures = Load(1_000, 20) };
        var result = new BenchResult { Sides = [side, side with { Scheme = "queue" }, side with { Scheme = "twoPhase" }] }.WithComparisons();

        Comparison.Figures(result).Keys.ShouldNotContain(x => x.Contains("rounds", StringComparison.Ordinal));
        Comparison.Figures(result)["schemes.twoPhase.perSecond"].ShouldBe(1_000);
    }

    static SteadyResult Steady(LoadFigures load) => new(1_200, 60, load, load.Http, load.CpuMicrosPerOrder);

    internal static LoadFigures Load(double perSecond, double p99) => new()
    {
        Orders = 100,
        InFlight = 8,
        Seconds = 1,
        PerSecond = perSecond,
        Confirmed = 100,
        NotConfirmed = new Dictionary<string, int>(),
        Http = new Latency(1, 1, 1, 1, 1),
        Committed = new Latency(p99 / 2, p99 / 2, p99, p99, p99),
        CpuMicrosPerOrder = new CpuCost(new Dictionary<string, double> { ["api"] = 100 }, 100, 5),
    };
}
