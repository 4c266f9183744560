namespace Seckill.Sagas.Audit;

/// <summary>What an audit found.</summary>
public sealed record AuditReport
{
    /// <summary>Whether the books balance: there is no finding.</summary>
    public bool Ok => FindingCount == 0;

    /// <summary>When the audit ended.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required long DurationMs { get; init; }

    /// <summary>The findings, up to <see cref="AuditOptions.MaxFindings"/> of them for each activity.</summary>
    public required IReadOnlyList<AuditFinding> Findings { get; init; }

    /// <summary>How many there are in all, those included that are not listed.</summary>
    public required long FindingCount { get; init; }

    /// <summary>What an audit could not look at, and why. A note is no finding.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The sums.</summary>
    public required AuditTotals Totals { get; init; }
}
