using Seckill.Sagas.Audit;

namespace Seckill.Cli.Demo;

/// <summary>What a demo measured. Counts are of the sale proper: the warm-up is not in them.</summary>
sealed record DemoResult
{
    /// <summary>The books balance, and every buyer got what the stock allowed.</summary>
    public bool Balanced => Problems.Count == 0;

    /// <summary>Why they do not.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>The programs and servers that ended meanwhile and were started again, in order of time.</summary>
    public required IReadOnlyList<string> Restarts { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string Command { get; init; }

    public required string Commit { get; init; }

    public required Machine Machine { get; init; }

    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>Buyers who asked, each once; repeats and wrong requests are counted apart.</summary>
    public required int Offered { get; init; }

    /// <summary>Buyers who were answered 202.</summary>
    public required int Admitted { get; init; }

    /// <summary>The others, by the code that they were answered with.</summary>
    public required IReadOnlyDictionary<string, int> Refused { get; init; }

    public required long Committed { get; init; }

    public required long RolledBack { get; init; }

    public required long Undecided { get; init; }

    public required long Oversold { get; init; }

    public required long Lost { get; init; }

    public required long Duplicates { get; init; }

    /// <summary>From sending a request to its answer, tries that were told to come back included; the last try counts.</summary>
    public required Quantiles Http { get; init; }

    /// <summary>From sending the request to the API's report of the decision.</summary>
    public required Quantiles Decided { get; init; }

    /// <summary>Committed orders by the time from the first request to the last reported decision.</summary>
    public required double CommittedPerSecond { get; init; }

    /// <summary>Requests by the time from the first request to the last answer.</summary>
    public required double OfferedPerSecond { get; init; }

    public required double SecondsToLastAnswer { get; init; }

    public required double SecondsToLastDecision { get; init; }

    /// <summary>The same rate by MySQL's own times, from the first admission to the last decision: a cross-check.</summary>
    public required double CommittedPerSecondByLedger { get; init; }

    public required DemoRepeats Repeats { get; init; }

    public required DemoWrongRequests WrongRequests { get; init; }

    /// <summary>Tries after a connection that fell, a 429 or a 503.</summary>
    public required int Retries { get; init; }

    public required DemoLoad Load { get; init; }

    public required DemoAudit Audit { get; init; }

    public required DemoMemory Memory { get; init; }
}

/// <summary>Requests that were sent twice at once, with the same idempotency key.</summary>
/// <param name="Sent">How many.</param>
/// <param name="SameAnswer">Of these, answered with the same order, or refused like the first.</param>
sealed record DemoRepeats(int Sent, int SameAnswer);

/// <summary>Requests that were wrong on purpose.</summary>
/// <param name="Sent">How many.</param>
/// <param name="AnsweredAsExpected">Of these, refused with the status that is documented.</param>
sealed record DemoWrongRequests(int Sent, int AnsweredAsExpected);

/// <summary>How the load was made: what a reader needs to judge the figures.</summary>
sealed record DemoLoad(int Connections, int Followers, int WarmUpBuyers, double CpuSeconds, string Model);

/// <summary>What the audit said.</summary>
sealed record DemoAudit(bool Ok, IReadOnlyList<AuditFinding> Findings, IReadOnlyList<string> Notes, AuditTotals Totals);

/// <summary>The most that the processes had in memory (VmHWM), in MB; null where no process was named. Of several, the largest.</summary>
sealed record DemoMemory(long? ApiMb, long? WorkerMb, long CliMb);
