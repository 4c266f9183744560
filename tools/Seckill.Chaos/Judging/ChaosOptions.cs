namespace Seckill.Chaos.Judging;

/// <summary>What a run was asked to do.</summary>
sealed record ChaosOptions
{
    public required int Seed { get; init; }

    public required int Rounds { get; init; }

    /// <summary>The first of them.</summary>
    public required int Round { get; init; }

    /// <summary>Patterns of the cells; null for all.</summary>
    public string? Only { get; init; }

    public FileInfo? Json { get; init; }

    /// <summary>The command line, for the result.</summary>
    public required string Command { get; init; }

    public required DirectoryInfo LogFolder { get; init; }
}
