using System.ComponentModel.DataAnnotations;

using Microsoft.Extensions.Options;

using Seckill.Contracts;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// How compensation works: configuration section <c>Compensation</c>. Counts and delays are what holds until an operator changes them at run time.
/// </summary>
public sealed class CompensationOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Compensation";

    const string Seconds = "must be from 1 to 86400 seconds";

    /// <summary>See <see cref="CompensationSettings.MaxRetries"/>.</summary>
    public int? MaxRetries { get; set; }

    /// <summary>See <see cref="CompensationSettings.RetryDelaySeconds"/>.</summary>
    public IList<int>? RetryDelaySeconds { get; set; }

    /// <summary>See <see cref="CompensationSettings.DeadLetterMaxRetries"/>.</summary>
    public int? DeadLetterMaxRetries { get; set; }

    /// <summary>See <see cref="CompensationSettings.DeadLetterDelaySeconds"/>.</summary>
    public int? DeadLetterDelaySeconds { get; set; }

    /// <summary>See <see cref="CompensationSettings.Adaptive"/>.</summary>
    public bool? Adaptive { get; set; }

    /// <summary>See <see cref="CompensationSettings.AdaptiveMaxFactor"/>.</summary>
    public double? AdaptiveMaxFactor { get; set; }

    /// <summary>See <see cref="CompensationSettings.MaxPerSecond"/>.</summary>
    public int? MaxPerSecond { get; set; }

    /// <summary>How often the transaction itself tries an order that failed for a passing reason of its own, before compensation takes over.</summary>
    [Range(1, 10, ErrorMessage = "must be from 1 to 10 attempts")]
    public int TransactionAttempts { get; set; } = 2;

    /// <summary>How long a worker that took an attempt may be silent before it is taken for dead.</summary>
    [Range(1, 86_400, ErrorMessage = Seconds)]
    public int AttemptLeaseSeconds { get; set; } = 60;

    /// <summary>Between two looks for attempts whose message was lost, or was never scheduled because too many were at once.</summary>
    [Range(1, 3600, ErrorMessage = "must be from 1 to 3600 seconds")]
    public int SweepSeconds { get; set; } = 5;

    /// <summary>Attempts a second that a worker schedules one by one; what exceeds it is left to the sweep.</summary>
    [Range(0, 50, ErrorMessage = "must be from 0 to 50 schedules a second: Quartz manages fewer than 100")]
    public int SchedulesPerSecond { get; set; } = 20;

    /// <summary>How long Redis keeps an order's count of attempts.</summary>
    [Range(1, 86_400 * 30, ErrorMessage = "must be from 1 to 2592000 seconds")]
    public int RetryCounterExpirySeconds { get; set; } = 86_400;

    /// <summary>How soon a worker follows a change of the settings.</summary>
    [Range(100, 60_000, ErrorMessage = "must be from 100 to 60000 milliseconds")]
    public int SettingsPollMilliseconds { get; set; } = 1000;

    /// <summary>The settings that these options ask for.</summary>
    public CompensationSettings ToSettings()
    {
        var defaults = new CompensationSettings();
        return defaults with
        {
            MaxRetries = MaxRetries ?? defaults.MaxRetries,
            RetryDelaySeconds = RetryDelaySeconds is null ? defaults.RetryDelaySeconds : [.. RetryDelaySeconds],
            DeadLetterMaxRetries = DeadLetterMaxRetries ?? defaults.DeadLetterMaxRetries,
            DeadLetterDelaySeconds = DeadLetterDelaySeconds ?? defaults.DeadLetterDelaySeconds,
            Adaptive = Adaptive ?? defaults.Adaptive,
            AdaptiveMaxFactor = AdaptiveMaxFactor ?? defaults.AdaptiveMaxFactor,
            MaxPerSecond = MaxPerSecond ?? defaults.MaxPerSecond,
        };
    }
}

/// <summary>Holds the options to what an operator may set at run time.</summary>
sealed class CompensationOptionsValidator : IValidateOptions<CompensationOptions>
{
    public ValidateOptionsResult Validate(string? name, CompensationOptions options)
    {
        var failures = options.ToSettings().Validate()
            .Select(x => $"{CompensationOptions.Section}:{char.ToUpperInvariant(x.Field[0])}{x.Field[1..]}: {x.Message}").ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
