namespace Seckill.Contracts;

/// <summary>
/// Event, topic <see cref="TopicNames.CompensationDeadLetter"/>: compensation of an order used up its attempts. Consumers deduplicate on the order id.
/// </summary>
public sealed record CompensationDeadLetter
{
    /// <summary>The order as it was admitted.</summary>
    public required SeckillRequested Request { get; init; }

    /// <summary>A stable word for what failed last.</summary>
    public required string Cause { get; init; }

    /// <summary>The last failure in words.</summary>
    public required string Error { get; init; }

    /// <summary>Attempts of the compensation.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the order first failed.</summary>
    public required DateTimeOffset FirstFailedAt { get; init; }

    /// <summary>Every failure so far, oldest first.</summary>
    public IReadOnlyList<CompensationFailure> History { get; init; } = [];
}

/// <summary>One attempt that failed.</summary>
/// <param name="At">When.</param>
/// <param name="Stage">Where: <c>transaction</c>, <c>compensation</c>, <c>dead_letter</c> or <c>reprocess</c>.</param>
/// <param name="Number">Which attempt of that stage, from 1.</param>
/// <param name="Cause">A stable word for what failed.</param>
/// <param name="Error">The failure in words.</param>
public sealed record CompensationFailure(DateTimeOffset At, string Stage, int Number, string Cause, string Error);
