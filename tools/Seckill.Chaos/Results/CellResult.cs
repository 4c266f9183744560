namespace Seckill.Chaos.Results;

/// <summary>What became of a cell.</summary>
sealed record CellResult
{
    public required string Name { get; init; }

    public required int Round { get; init; }

    /// <summary>What was done.</summary>
    public required string Fault { get; init; }

    /// <summary>Whether anybody came by the fault; where nobody did, the cell shows nothing.</summary>
    public required bool WasMet { get; init; }

    /// <summary>Orders placed when the fault began.</summary>
    public required int FaultAtOrder { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The whole cell, starts of programs included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Buyers.</summary>
    public required int Orders { get; init; }

    /// <summary>Units for sale.</summary>
    public required int Stock { get; init; }

    /// <summary>Orders that buyers know of.</summary>
    public required int Accepted { get; init; }

    /// <summary>Of these, by their status at the end.</summary>
    public required IReadOnlyDictionary<string, int> Ends { get; init; }

    /// <summary>Buyers without an order, by the reason.</summary>
    public required IReadOnlyDictionary<string, int> Refused { get; init; }

    /// <summary>Requests that had to be repeated.</summary>
    public required int Retries { get; init; }

    /// <summary>Seconds from the end of the fault, or the last request where that was later, until every order was decided and the books balanced.</summary>
    public required double DecidedInSeconds { get; init; }

    /// <summary>What the audit found: "ok", or kinds with counts.</summary>
    public required string Audit { get; init; }

    /// <summary>Units that nobody could order and nobody had, times seconds.</summary>
    public required double UndersellUnitSeconds { get; init; }

    /// <summary>How long the stock could not be looked at, and nothing was counted.</summary>
    public required double BlindSeconds { get; init; }

    /// <summary>Units that were left for sale at the end, and sold to more buyers to show it.</summary>
    public required int SoldAfterwards { get; init; }

    /// <summary>What is not as it must be.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>What repeats it.</summary>
    public required string Repeat { get; init; }

    /// <summary>Where its logs are, where there is a finding.</summary>
    public string? Logs { get; init; }
}
