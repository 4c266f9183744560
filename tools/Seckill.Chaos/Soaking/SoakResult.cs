using Seckill.Chaos.Results;

namespace Seckill.Chaos.Soaking;

/// <summary>What became of a soak.</summary>
sealed record SoakResult
{
    /// <summary>How it was judged.</summary>
    public string Rule { get; init; } = "flat: after a fifth of the samples, the median of the second half of the rest is at most 15 % above that of the first, and 32 MB, 16 handles, "
        + "16 connections or 16 rows on top; what is kept for each order (MySQL, PostgreSQL, Redis, logs: the median cell of these) at most 50 % above that of the first half, and 4096 bytes or 1 key on top";

    public required string Command { get; init; }

    public required int Seed { get; init; }

    public required int Minutes { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string Commit { get; init; }

    public required Cli.Demo.Machine Machine { get; init; }

    /// <summary>The cells that were played, one after another.</summary>
    public required IReadOnlyList<CellResult> Cells { get; init; }

    /// <summary>One after each cell.</summary>
    public required IReadOnlyList<SoakSample> Samples { get; init; }

    /// <summary>What has grown.</summary>
    public required IReadOnlyList<string> Growth { get; init; }

    public int Findings => Cells.Sum(x => x.Findings.Count) + Growth.Count;
}
