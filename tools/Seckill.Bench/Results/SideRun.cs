namespace Seckill.Bench.Results;

/// <summary>One round of one scheme: a part of the table.</summary>
sealed record SideRun
{
    /// <summary>local, queue or twoPhase.</summary>
    public required string Scheme { get; init; }

    public required string Description { get; init; }

    public required int InFlight { get; init; }

    /// <summary>Rates by orders in flight, where this round has chosen.</summary>
    public IReadOnlyDictionary<string, double>? Tried { get; init; }

    public required LoadFigures Figures { get; init; }
}
