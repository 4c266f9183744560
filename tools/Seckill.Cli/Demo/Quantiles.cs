using System.Diagnostics;

namespace Seckill.Cli.Demo;

/// <summary>Latencies, in milliseconds.</summary>
/// <param name="P50Ms">Half of them were no longer than this.</param>
/// <param name="P99Ms">99 of 100 were no longer than this.</param>
/// <param name="MaxMs">None was longer.</param>
sealed record Quantiles(double P50Ms, double P99Ms, double MaxMs)
{
    /// <summary>Of durations in ticks of the stopwatch; all 0 when there are none.</summary>
    public static Quantiles Of(IEnumerable<long> ticks)
    {
        var sorted = ticks.Order().ToArray();
        return sorted.Length == 0 ? new Quantiles(0, 0, 0) : new Quantiles(At(sorted, 0.5), At(sorted, 0.99), At(sorted, 1));
    }

    /// <summary>A value that occurred, never a mean of two.</summary>
    /// <param name="sorted">The values, at least one.</param>
    /// <param name="quantile">0 to 1.</param>
    public static long NearestRank(long[] sorted, double quantile) => sorted[Math.Max(0, (int)Math.Ceiling(quantile * sorted.Length) - 1)];

    static double At(long[] sorted, double quantile) => Math.Round(NearestRank(sorted, quantile) * 1000.0 / Stopwatch.Frequency, 2);
}
