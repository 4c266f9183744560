namespace Seckill.Hosting.Status;

/// <summary>How the system does at a moment, as far as some of its processes know. What none of them knows is null, or is missing from a list.</summary>
public sealed record SystemStatus
{
    /// <summary>The processes.</summary>
    public required IReadOnlyList<ProgramStatus> Programs { get; init; }

    /// <summary>Units on sale, the newest activity first.</summary>
    public required IReadOnlyList<SkuStatus> Stock { get; init; }

    /// <summary>Answers to order requests, by outcome, the most frequent first.</summary>
    public required IReadOnlyList<FlowStatus> Orders { get; init; }

    /// <summary>Decisions of transactions, by outcome, the most frequent first.</summary>
    public required IReadOnlyList<FlowStatus> Decisions { get; init; }

    /// <summary>How long things took lately; those that did not happen are there without times.</summary>
    public required IReadOnlyList<LatencyStatus> Latencies { get; init; }

    /// <summary>Records that wait in Kafka, by topic.</summary>
    public required IReadOnlyList<BacklogStatus> Backlogs { get; init; }

    /// <summary>Orders that were admitted and are neither committed nor released: write-ahead entries.</summary>
    public double? Undecided { get; init; }

    /// <summary>How long the oldest of them has waited.</summary>
    public double? OldestUndecidedSeconds { get; init; }

    /// <summary>Transactions that are undecided past their time-out.</summary>
    public double? Suspended { get; init; }

    /// <summary>Orders in compensation, by where they are on their way: <c>retrying</c>, <c>exhausted</c>, <c>dead_letter</c>, <c>archived</c>.</summary>
    public required IReadOnlyList<StateStatus> Compensation { get; init; }

    /// <summary>Servers for which a worker waits, because they answer nobody.</summary>
    public required IReadOnlyList<string> OpenCircuits { get; init; }
}

/// <summary>A process.</summary>
/// <param name="Name">Its name: <c>api</c>, <c>worker-1</c>.</param>
/// <param name="Failure">Why nothing is known of it; null when it answers.</param>
/// <param name="Ready">1, 0.5 (degraded) or 0.</param>
/// <param name="FailingChecks">Checks of readiness that are not well.</param>
/// <param name="Cores">Processor cores in use.</param>
/// <param name="MemoryBytes">Its working set.</param>
public sealed record ProgramStatus(
    string Name, string? Failure, double? Ready, IReadOnlyList<string> FailingChecks, double? Cores, double? MemoryBytes);

/// <summary>Units of a SKU.</summary>
/// <param name="Activity">The activity's id, or <c>others</c>.</param>
/// <param name="Sku">The SKU's id, or <c>others</c>.</param>
/// <param name="Available">Units that can be bought.</param>
/// <param name="Reserved">Units of orders that are not decided.</param>
/// <param name="Sold">Units of committed orders.</param>
public sealed record SkuStatus(string Activity, string Sku, double Available, double Reserved, double Sold)
{
    /// <summary>All units.</summary>
    public double Total => Available + Reserved + Sold;
}

/// <summary>How often something happened.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Total">How often since the processes were started.</param>
/// <param name="PerSecond">How often a second lately.</param>
public sealed record FlowStatus(string Outcome, double Total, double? PerSecond);

/// <summary>How long something took lately.</summary>
/// <param name="What">A key: <c>answer</c>, <c>commit</c> or <c>group_commit</c>.</param>
/// <param name="P50Seconds">Half took no longer.</param>
/// <param name="P99Seconds">99 of 100 took no longer.</param>
public sealed record LatencyStatus(string What, double? P50Seconds, double? P99Seconds);

/// <summary>Records that wait in Kafka.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Records">Behind the committed offsets, all partitions together.</param>
public sealed record BacklogStatus(string Topic, double Records);

/// <summary>Orders of a state.</summary>
/// <param name="State">The state.</param>
/// <param name="Orders">How many.</param>
public sealed record StateStatus(string State, double Orders);
