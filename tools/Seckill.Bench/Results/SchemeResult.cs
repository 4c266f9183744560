namespace Seckill.Bench.Results;

/// <summary>The three schemes on the same work.</summary>
sealed record Schemes(SchemeResult Local, SchemeResult Queue, SchemeResult TwoPhase);

/// <summary>How many times the throughput of the others ours is, in the same run.</summary>
sealed record Ratios(double TwoPhaseToLocal, double TwoPhaseToQueue);

/// <summary>A scheme: medians over its rounds.</summary>
sealed record SchemeResult
{
    public required string Description { get; init; }

    /// <summary>Orders in flight: the number that gave the highest rate of those that were tried.</summary>
    public required int InFlight { get; init; }

    public required double PerSecond { get; init; }

    /// <summary>To the commit.</summary>
    public required double MeanMs { get; init; }

    public required double P50Ms { get; init; }

    public required double P99Ms { get; init; }

    public required CpuCost CpuMicrosPerOrder { get; init; }

    /// <summary>Rates of the shorter runs that chose <see cref="InFlight"/>.</summary>
    public required IReadOnlyDictionary<string, double> Tried { get; init; }

    public required IReadOnlyList<LoadFigures> Rounds { get; init; }

    /// <summary>Takes the median of each figure.</summary>
    public static SchemeResult Of(string description, int inFlight, IReadOnlyDictionary<string, double> tried, IReadOnlyList<LoadFigures> rounds) => new()
    {
        Description = description,
        InFlight = inFlight,
        PerSecond = Median(rounds.Select(x => x.PerSecond)),
        MeanMs = Median(rounds.Select(x => x.Committed.MeanMs)),
        P50Ms = Median(rounds.Select(x => x.Committed.P50Ms)),
        P99Ms = Median(rounds.Select(x => x.Committed.P99Ms)),
        CpuMicrosPerOrder = new CpuCost(
            rounds[0].CpuMicrosPerOrder.ByProcess.Keys.ToDictionary(x => x, x => Median(rounds.Select(y => y.CpuMicrosPerOrder.ByProcess.GetValueOrDefault(x)))),
            Median(rounds.Select(x => x.CpuMicrosPerOrder.Total)),
            Median(rounds.Select(x => x.CpuMicrosPerOrder.Other))),
        Tried = tried,
        Rounds = rounds,
    };

    /// <summary>The middle value; of an even number of values, the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return Math.Round((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, 2);
    }
}
