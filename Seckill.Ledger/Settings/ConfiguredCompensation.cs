using Microsoft.Extensions.Options;

using Seckill.Contracts;

namespace Seckill.Ledger.Settings;

/// <summary>
/// Counts and delays of compensation as configured, section <c>Compensation</c>: what holds until an operator changes them at run time. Configure API and
/// workers alike.
/// </summary>
public sealed class ConfiguredCompensation
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Compensation";

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

    /// <summary>These, and the defaults for what is not configured.</summary>
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

/// <summary>Holds the configuration to what an operator may set at run time.</summary>
sealed class ConfiguredCompensationValidator : IValidateOptions<ConfiguredCompensation>
{
    public ValidateOptionsResult Validate(string? name, ConfiguredCompensation options)
    {
        var failures = options.ToSettings().Validate()
            .Select(x => $"{ConfiguredCompensation.Section}:{char.ToUpperInvariant(x.Field[0])}{x.Field[1..]}: {x.Message}").ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
