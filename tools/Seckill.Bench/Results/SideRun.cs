namespace Seckill.Bench.Results;

/// <summary>One round of one side of a comparison.</summary>
sealed record SideRun
{
    /// <summary>Name of the side.</summary>
    public required string Scheme { get; init; }

    public required string Description { get; init; }

    public required int InFlight { get; init; }

    /// <summary>Rates by orders in flight, where this round has chosen.</summary>
    public IReadOnlyDictionary<string, double>? Tried { get; init; }

    public required LoadFigures Figures { get; init; }
}
