using Seckill.Cli.Demo;

namespace Seckill.Bench.Load;

/// <summary>Collects latencies from the intended time on. Exact: every value is kept.</summary>
sealed class Latencies(long ticksPerSecond)
{
    readonly List<long> _ticks = [];

    /// <summary>Notes one; <paramref name="intendedAt"/> is when it should have been sent, not when it was.</summary>
    public void Record(long intendedAt, long doneAt) => _ticks.Add(doneAt - intendedAt);

    /// <summary>What they come to; all 0 when there are none.</summary>
    public Results.Latency Summarize()
    {
        if (_ticks.Count == 0)
            return new Results.Latency(0, 0, 0, 0, 0);

        var sorted = _ticks.Order().ToArray();
        return new Results.Latency(Milliseconds(sorted.Average()), At(sorted, 0.5), At(sorted, 0.9), At(sorted, 0.99), At(sorted, 1));
    }

    double At(long[] sorted, double quantile) => Milliseconds(Quantiles.NearestRank(sorted, quantile));

    double Milliseconds(double ticks) => Math.Round(ticks * 1000 / ticksPerSecond, 2);
}
