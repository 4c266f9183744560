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

    // Nearest rank: a value that occurred, never a mean of two.
    static double At(long[] sorted, double quantile)
    {
        var ticks = sorted[Math.Max(0, (int)Math.Ceiling(quantile * sorted.Length) - 1)];
        return Math.Round(ticks * 1000.0 / Stopwatch.Frequency, 2);
    }
}
