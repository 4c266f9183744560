using Seckill.Bench.Scenarios;

namespace Seckill.Bench.Results;

/// <summary>A run of one scenario or of all: a section for each that ran. Parts of a run are written apart and merged.</summary>
sealed record BenchResult
{
    public string? Command { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public string? Commit { get; init; }

    public MachineInfo? Machine { get; init; }

    public IReadOnlyDictionary<string, string>? Versions { get; init; }

    /// <summary>The settings that durability and speed depend on, as the servers report them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Settings { get; init; }

    /// <summary>The rounds of what is compared, in parts of a run.</summary>
    public IReadOnlyList<SideRun>? Sides { get; init; }

    public Schemes? Schemes { get; init; }

    public Ratios? Ratios { get; init; }

    public TelemetryResult? Telemetry { get; init; }

    public FloodResult? Flood { get; init; }

    public DrainResult? Drain { get; init; }

    public SteadyResult? Steady { get; init; }

    public OverloadResult? Overload { get; init; }

    /// <summary>By the number of transactions in flight.</summary>
    public IReadOnlyDictionary<string, LoadFigures>? Concurrent { get; init; }

    /// <summary>By what was varied, then by its value.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, LoadFigures>>? Scale { get; init; }

    public AuditOutcome? Audit { get; init; }

    /// <summary>Puts the parts of a run together.</summary>
    public static BenchResult Merge(IEnumerable<BenchResult> parts) => parts.Aggregate((x, y) => new BenchResult
    {
        Command = x.Command ?? y.Command,
        StartedAt = x.StartedAt ?? y.StartedAt,
        Commit = x.Commit ?? y.Commit,
        Machine = x.Machine ?? y.Machine,
        Versions = x.Versions ?? y.Versions,
        Settings = x.Settings ?? y.Settings,
        Sides = x.Sides is null || y.Sides is null ? x.Sides ?? y.Sides : [.. x.Sides, .. y.Sides],
        Schemes = x.Schemes ?? y.Schemes,
        Ratios = x.Ratios ?? y.Ratios,
        Telemetry = x.Telemetry ?? y.Telemetry,
        Flood = x.Flood ?? y.Flood,
        Drain = x.Drain ?? y.Drain,
        Steady = x.Steady ?? y.Steady,
        Overload = x.Overload ?? y.Overload,
        Concurrent = x.Concurrent ?? y.Concurrent,
        Scale = x.Scale is null || y.Scale is null
            ? x.Scale ?? y.Scale
            : x.Scale.Concat(y.Scale).GroupBy(z => z.Key)
                .ToDictionary(z => z.Key, IReadOnlyDictionary<string, LoadFigures> (z) => z.SelectMany(p => p.Value).ToDictionary()),
        Audit = x.Audit is null || y.Audit is null ? x.Audit ?? y.Audit : x.Audit.With(y.Audit),
    });

    /// <summary>With comparisons made of the rounds of their sides, once all of them are there.</summary>
    public BenchResult WithComparisons()
    {
        var sides = (Sides ?? []).GroupBy(x => x.Scheme).ToDictionary(x => x.Key, IReadOnlyList<SideRun> (x) => [.. x]);
        var result = this with { Sides = null };
        if (sides.TryGetValue(Side.WithTelemetry.Scheme, out var watched))
            result = result with { Telemetry = TelemetryResult.Of(sides[Side.WithoutTelemetry.Scheme], watched) };
        if (!sides.TryGetValue("twoPhase", out var ours))
            return result;

        var (local, queue, twoPhase) = (SchemeResult.Of(sides["local"]), SchemeResult.Of(sides["queue"]), SchemeResult.Of(ours));
        return result with { Schemes = new Schemes(local, queue, twoPhase), Ratios = new Ratios(twoPhase.TimesAsFastAs(local), twoPhase.TimesAsFastAs(queue)) };
    }
}

/// <summary>Where a run took place.</summary>
sealed record MachineInfo(int Cores, string Cpu, string Os);

/// <summary>Whether the books balanced after every scenario.</summary>
/// <param name="Ok">They did, and every order ended as the scenario expects.</param>
/// <param name="Orders">Orders that the audits saw.</param>
/// <param name="Findings">What was wrong.</param>
sealed record AuditOutcome(bool Ok, long Orders, IReadOnlyList<string> Findings)
{
    public AuditOutcome With(AuditOutcome other) => new(Ok && other.Ok, Orders + other.Orders, [.. Findings, .. other.Findings]);
}

/// <summary>A sale in which most buyers come too late.</summary>
sealed record FloodResult
{
    public required int Buyers { get; init; }

    public required int Stock { get; init; }

    public required int Connections { get; init; }

    public required double Seconds { get; init; }

    public required double AnswersPerSecond { get; init; }

    public required IReadOnlyDictionary<string, int> Answers { get; init; }

    public required Latency Http { get; init; }

    /// <summary>For each answer, the transactions of those who came in time included.</summary>
    public required CpuCost CpuMicrosPerAnswer { get; init; }
}

/// <summary>A backlog worked off by workers that start on it.</summary>
sealed record DrainResult
{
    public required int Orders { get; init; }

    /// <summary>How the backlog was made.</summary>
    public required string FilledBy { get; init; }

    public required int Partitions { get; init; }

    /// <summary>Records that the broker held before the workers started; fewer than orders when it dropped some.</summary>
    public required long RecordsWaiting { get; init; }

    public required double SecondsFromWorkerStart { get; init; }

    public required double PerSecondFromWorkerStart { get; init; }

    public required double SecondsFromFirstCommit { get; init; }

    public required double PerSecondFromFirstCommit { get; init; }

    public required CpuCost CpuMicrosPerOrder { get; init; }
}

/// <summary>A fixed rate, offered in an open loop.</summary>
/// <param name="OfferedPerSecond">The rate.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="Load">With each order answered when it was decided.</param>
/// <param name="Accepted">With each order answered when it was accepted: from the time of sending to the 202.</param>
/// <param name="AcceptedCpuMicrosPerOrder">What that cost meanwhile.</param>
sealed record SteadyResult(double OfferedPerSecond, double Seconds, LoadFigures Load, Latency Accepted, CpuCost AcceptedCpuMicrosPerOrder);

/// <summary>More orders a second than can be decided, in an open loop.</summary>
sealed record OverloadResult
{
    /// <summary>What the system decides, measured before.</summary>
    public required double SustainedPerSecond { get; init; }

    public required double OfferedPerSecond { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyDictionary<string, int> Answers { get; init; }

    /// <summary>From the time of sending to the 202.</summary>
    public required Latency Accepted { get; init; }

    /// <summary>From the time of sending to the refusal.</summary>
    public required Latency Refused { get; init; }

    /// <summary>From the last answer until every accepted order was committed.</summary>
    public required double CaughtUpAfterSeconds { get; init; }

    /// <summary>Of API and worker.</summary>
    public required IReadOnlyDictionary<string, long> PeakMemoryMb { get; init; }

    public required CpuCost CpuMicrosPerAnswer { get; init; }
}
