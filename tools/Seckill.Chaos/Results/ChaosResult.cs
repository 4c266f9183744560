using Seckill.Cli.Demo;

namespace Seckill.Chaos.Results;

/// <summary>The whole run.</summary>
sealed record ChaosResult
{
    public required string Command { get; init; }

    public required int Seed { get; init; }

    public required int Rounds { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string Commit { get; init; }

    public required Machine Machine { get; init; }

    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>What was planned, before any of it was done.</summary>
    public required IReadOnlyList<ScheduledCell> Schedule { get; init; }

    /// <summary>Cells that were left out, and why.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }

    /// <summary>Seconds within which everything must be decided after a fault.</summary>
    public required int BoundSeconds { get; init; }

    /// <summary>Why cells of the schedule were not played though nobody ended the run; null where it was not so.</summary>
    public string? CutOff { get; init; }

    /// <summary>What has been done so far.</summary>
    public required IReadOnlyList<CellResult> Cells { get; init; }

    /// <summary>Cells of the schedule that the run did not come to.</summary>
    public int NotPlayed => Schedule.Count - Plays.Count();

    /// <summary>Cells whose fault nobody came by, however often they were played: they show nothing.</summary>
    public IReadOnlyList<string> Unmet => [.. Plays.Where(x => x.All(y => y is { WasMet: false, Findings.Count: 0 })).Select(x => x.Key.Name)];

    /// <summary>Whether the cell that was played last shows nothing.</summary>
    internal bool IsToBePlayedAgain => Cells is [.., { WasMet: false, Findings.Count: 0 }];

    /// <summary>By cells of the schedule: one that is played again is of a round as many rounds later as there are.</summary>
    IEnumerable<IGrouping<(string Name, int Round), CellResult>> Plays => Cells.GroupBy(x => (x.Name, (x.Round - Schedule[0].Round) % Rounds));

    public int Findings => Cells.Sum(x => x.Findings.Count);
}

/// <summary>A cell of the schedule.</summary>
sealed record ScheduledCell(int Round, string Name, string Fault, int FaultAtOrder, int Orders, int Stock)
{
    public static ScheduledCell Of(Matrix.PlannedCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new ScheduledCell(cell.Round, cell.Cell.Name, cell.Fault.Text, cell.FaultAt, cell.Orders, cell.Stock);
    }
}
