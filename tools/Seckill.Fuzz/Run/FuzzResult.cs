namespace Seckill.Fuzz.Run;

/// <summary>What a run has shown, for machines.</summary>
sealed record FuzzResult
{
    public required string Command { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string Commit { get; init; }

    public required int Seed { get; init; }

    /// <summary>Inputs of all parts.</summary>
    public required long Inputs { get; init; }

    public required IReadOnlyList<PartResult> Parts { get; init; }

    /// <summary>The most that each process had in memory, in MB.</summary>
    public required IReadOnlyDictionary<string, long> PeakMemoryMb { get; init; }

    /// <summary>How many findings there are, with those that look the same.</summary>
    public required long Found { get; init; }

    public required IReadOnlyCollection<Finding> Findings { get; init; }
}
