namespace Seckill.Bench.Results;

/// <summary>The same load without telemetry and with all of it.</summary>
/// <param name="Without">Nothing is measured or traced.</param>
/// <param name="With">Scraped, and sent to a collector; the cost of both receivers, who are on this machine, included.</param>
/// <param name="RateRatio">Orders a second with telemetry by those without: the median over the pairs of rounds.</param>
/// <param name="CpuRatio">CPU time for each order with telemetry by that without: the median over the pairs of rounds.</param>
sealed record TelemetryResult(SchemeResult Without, SchemeResult With, double RateRatio, double CpuRatio)
{
    /// <summary>Pairs the rounds in their order.</summary>
    public static TelemetryResult Of(IReadOnlyList<SideRun> without, IReadOnlyList<SideRun> with)
    {
        var pairs = without.Zip(with, (x, y) => (Without: x.Figures, With: y.Figures)).ToList();
        return new TelemetryResult(
            SchemeResult.Of(without),
            SchemeResult.Of(with),
            SchemeResult.Median(pairs.Select(x => x.With.PerSecond / x.Without.PerSecond)),
            SchemeResult.Median(pairs.Select(x => x.With.CpuMicrosPerOrder.Total / x.Without.CpuMicrosPerOrder.Total)));
    }
}
