namespace Seckill.Bench.Results;

/// <summary>The three schemes on the same work.</summary>
sealed record Schemes(SchemeResult Local, SchemeResult Queue, SchemeResult TwoPhase);

/// <summary>How many times the throughput of the others ours is, in the same run.</summary>
sealed record Ratios(double TwoPhaseToLocal, double TwoPhaseToQueue);

/// <summary>A side of a comparison: medians over its rounds.</summary>
sealed record SchemeResult
{
    public required string Description { get; init; }

    /// <summary>Orders in flight: the fewest that gave the highest rate of those that were tried.</summary>
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
    public static SchemeResult Of(IReadOnlyList<SideRun> sides)
    {
        ArgumentNullException.ThrowIfNull(sides);
        var rounds = sides.Select(x => x.Figures).ToList();
        return new SchemeResult
        {
            Description = sides[0].Description,
            InFlight = sides[0].InFlight,
            PerSecond = Median(rounds.Select(x => x.PerSecond)),
            MeanMs = Median(rounds.Select(x => x.Committed.MeanMs)),
            P50Ms = Median(rounds.Select(x => x.Committed.P50Ms)),
            P99Ms = Median(rounds.Select(x => x.Committed.P99Ms)),
            CpuMicrosPerOrder = Median(rounds.Select(x => x.CpuMicrosPerOrder).ToList()),
            Tried = sides[0].Tried ?? new Dictionary<string, double>(),
            Rounds = rounds,
        };
    }

    /// <summary>The ratio of the rates.</summary>
    public double TimesAsFastAs(SchemeResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.PerSecond == 0 ? 0 : Math.Round(PerSecond / other.PerSecond, 2);
    }

    static CpuCost Median(List<CpuCost> costs) => new(
        costs[0].ByProcess.Keys.ToDictionary(x => x, x => Median(costs.Select(y => y.ByProcess.GetValueOrDefault(x)))),
        Median(costs.Select(x => x.Total)),
        Median(costs.Select(x => x.Other)));

    /// <summary>The middle value; of an even number of values, the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return Math.Round((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, 3);
    }
}
