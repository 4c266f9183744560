using Seckill.Faults;

namespace Seckill.Cli.Faults;

/// <summary>Orders that fail alike.</summary>
sealed record FaultGroup
{
    /// <summary>Its name, and how the ids of its buyers begin.</summary>
    public required string Name { get; init; }

    /// <summary>What happens to its orders, for people.</summary>
    public required string Story { get; init; }

    /// <summary>Where they fail: one of <see cref="KnownPoints"/>.</summary>
    public required FaultPoint Point { get; init; }

    /// <summary>How many passes of each order throw; null for all.</summary>
    public int? Throws { get; init; }

    /// <summary>The state in which their transactions end.</summary>
    public required string End { get; init; }

    /// <summary>Attempts of compensation and of the dead-letter consumer that each takes, "3+1"; null where that depends on the moment.</summary>
    public required string? Tries { get; init; }

    /// <summary>The kinds of alerts that each raises; null where that depends on the moment.</summary>
    public required IReadOnlyList<string>? Alerts { get; init; }

    /// <summary>How an operator ends them; none where they end by themselves.</summary>
    public Repair Repair { get; init; }

    /// <summary>Their activity wants payment at once, and none comes.</summary>
    public bool IsUnpaid { get; init; }

    /// <summary>They are placed just before the workers are restarted without faults.</summary>
    public bool IsPlacedLast { get; init; }

    public bool IsArchived => Repair != Repair.None;

    /// <summary>The start of its buyers' ids.</summary>
    public string Prefix => Name + "-";

    /// <summary>Its fault, in <see cref="FaultSetting.Syntax"/>.</summary>
    public string Fault => Throws is { } passes ? $"throw:{passes}@{Prefix}" : $"throw@{Prefix}";
}

/// <summary>How an operator ends orders that were archived.</summary>
enum Repair
{
    /// <summary>They are never archived.</summary>
    None,

    /// <summary>One by one.</summary>
    Single,

    /// <summary>Together with others.</summary>
    Bulk,

    /// <summary>Together with others, after their time was up.</summary>
    BulkAfterTimeout,
}
