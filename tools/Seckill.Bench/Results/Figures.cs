namespace Seckill.Bench.Results;

/// <summary>Latencies, in milliseconds; quantiles by nearest rank.</summary>
sealed record Latency(double MeanMs, double P50Ms, double P90Ms, double P99Ms, double MaxMs);

/// <summary>CPU time for each order, in microseconds.</summary>
/// <param name="ByProcess">Of each process, the load generator included.</param>
/// <param name="Total">Their sum.</param>
/// <param name="Other">What the rest of the machine spent in the same time: interrupts, and whatever else ran.</param>
sealed record CpuCost(IReadOnlyDictionary<string, double> ByProcess, double Total, double Other);

/// <summary>One load and what came of it.</summary>
sealed record LoadFigures
{
    public required int Orders { get; init; }

    /// <summary>Orders in flight in a closed loop; 0 in an open one.</summary>
    public required int InFlight { get; init; }

    /// <summary>From the first request to the last commit.</summary>
    public required double Seconds { get; init; }

    /// <summary>Confirmed orders by <see cref="Seconds"/>.</summary>
    public required double PerSecond { get; init; }

    public required int Confirmed { get; init; }

    /// <summary>What was not confirmed: by code of the refusal, or by the status in the end.</summary>
    public required IReadOnlyDictionary<string, int> NotConfirmed { get; init; }

    /// <summary>From the time of sending to the answer.</summary>
    public required Latency Http { get; init; }

    /// <summary>From the time of sending to the client's knowledge of the commit.</summary>
    public required Latency Committed { get; init; }

    public required CpuCost CpuMicrosPerOrder { get; init; }
}
