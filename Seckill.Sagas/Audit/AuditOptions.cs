using System.ComponentModel.DataAnnotations;

namespace Seckill.Sagas.Audit;

/// <summary>How the audit works: configuration section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Audit";

    /// <summary>What the scan, the retries and the relay may take on top of the transaction's time-out by default.</summary>
    public const int GraceSeconds = 120;

    /// <summary>
    /// An order without a decision is in flight up to this age, and a finding from then on; 0 means the transaction's time-out and
    /// <see cref="GraceSeconds"/>.
    /// </summary>
    [Range(0, 200_000)]
    public int UndecidedAfterSeconds { get; set; }

    /// <summary>A difference counts when it is still there after this many more looks.</summary>
    [Range(1, 60)]
    public int Rechecks { get; set; } = 3;

    /// <summary>How long to wait before each further look, in milliseconds.</summary>
    [Range(1, 60_000)]
    public int RecheckDelayMilliseconds { get; set; } = 1_000;

    /// <summary>Orders read at a time.</summary>
    [Range(1, 10_000)]
    public int PageSize { get; set; } = 2_000;

    /// <summary>
    /// Write-ahead entries of an activity that are read in one step together with its counters. Redis does nothing else meanwhile: 4
    /// to 8 ms for a thousand. With more entries than this the counter of reserved units is not compared, and a note says so.
    /// </summary>
    [Range(1, 1_000_000)]
    public int EntriesAtOnce { get; set; } = 10_000;

    /// <summary>Findings that are listed for each activity; the rest is only counted.</summary>
    [Range(1, 100_000)]
    public int MaxFindings { get; set; } = 1_000;
}
