using System.ComponentModel.DataAnnotations;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// How a worker does compensation: configuration section <c>Compensation</c>, which holds <see cref="Seckill.Ledger.Settings.ConfiguredCompensation"/>, too.
/// </summary>
public sealed class CompensationOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Compensation";

    const string Seconds = "must be from 1 to 86400 seconds";

    /// <summary>How often the transaction itself tries an order that failed for a passing reason of its own, before compensation takes over.</summary>
    [Range(1, 10, ErrorMessage = "must be from 1 to 10 attempts")]
    public int TransactionAttempts { get; set; } = 2;

    /// <summary>How long a worker that took an attempt, or the sweep, may be silent before it is taken for dead.</summary>
    [Range(1, 86_400, ErrorMessage = Seconds)]
    public int AttemptLeaseSeconds { get; set; } = 60;

    /// <summary>Between two looks for attempts whose message was lost, or was never scheduled because too many were at once.</summary>
    [Range(1, 3600, ErrorMessage = "must be from 1 to 3600 seconds")]
    public int SweepSeconds { get; set; } = 5;

    /// <summary>How long a dead letter may lie without a sign of life before it is taken for lost and sent again; a repeat is harmless.</summary>
    [Range(1, 1440, ErrorMessage = "must be from 1 to 1440 minutes")]
    public int DeadLetterResendMinutes { get; set; } = 60;

    /// <summary>Dead letters that a worker makes an attempt at, or archives, at the same time; others wait for their time or their turn.</summary>
    [Range(1, 1000, ErrorMessage = "must be from 1 to 1000 dead letters")]
    public int ConcurrentDeadLetters { get; set; } = 32;

    /// <summary>Attempts a second that a worker schedules one by one; what exceeds it is left to the sweep.</summary>
    [Range(0, 50, ErrorMessage = "must be from 0 to 50 schedules a second: Quartz manages fewer than 100")]
    public int SchedulesPerSecond { get; set; } = 20;

    /// <summary>When more orders than this wait for an attempt, none gets a schedule of its own: Quartz would fall behind, and the sweep is as fast.</summary>
    [Range(0, 10_000, ErrorMessage = "must be from 0 to 10000 orders")]
    public int MostScheduled { get; set; } = 500;

    /// <summary>How long Redis keeps an order's count of attempts.</summary>
    [Range(1, 86_400 * 30, ErrorMessage = "must be from 1 to 2592000 seconds")]
    public int RetryCounterExpirySeconds { get; set; } = 86_400;

    /// <summary>How soon a worker follows a change of the settings.</summary>
    [Range(100, 60_000, ErrorMessage = "must be from 100 to 60000 milliseconds")]
    public int SettingsPollMilliseconds { get; set; } = 1000;
}
