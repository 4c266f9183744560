using System.ComponentModel.DataAnnotations;

namespace Seckill.Sagas.Clock;

/// <summary>How often the clock looks for what is due: configuration section <c>Clock</c>.</summary>
public sealed class ClockOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Clock";

    const string Interval = "must be from 1 to 3600 seconds";

    /// <summary>Between two looks for transactions past their time-out.</summary>
    [Range(1, 3600, ErrorMessage = Interval)]
    public int SuspendedScanSeconds { get; set; } = 10;

    /// <summary>Between two looks for orders past their payment deadline.</summary>
    [Range(1, 3600, ErrorMessage = Interval)]
    public int PaymentDeadlineScanSeconds { get; set; } = 5;

    /// <summary>Between two looks for transactions that stand half-done.</summary>
    [Range(1, 3600, ErrorMessage = Interval)]
    public int UnfinishedScanSeconds { get; set; } = 10;

    /// <summary>How long a prepared transaction may stand still before recovery takes it for abandoned.</summary>
    [Range(1, 3600, ErrorMessage = Interval)]
    public int UnfinishedGraceSeconds { get; set; } = 15;

    /// <summary>How long to wait for the effect of a message before it is sent again.</summary>
    [Range(1, 3600, ErrorMessage = Interval)]
    public int ResendAfterSeconds { get; set; } = 30;

    /// <summary>How long one look may take, a broker that doesn't answer included.</summary>
    [Range(1, 3600, ErrorMessage = Interval)]
    public int RunTimeoutSeconds { get; set; } = 60;

    /// <summary>Rows that are read and sent at a time.</summary>
    [Range(1, 1000, ErrorMessage = "must be from 1 to 1000 rows")]
    public int PageSize { get; set; } = 500;

    /// <summary>Messages that one look sends at most; the next look goes on.</summary>
    [Range(1, 1_000_000, ErrorMessage = "must be from 1 to 1000000 messages")]
    public int MaxPerRun { get; set; } = 10_000;
}
