using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Seckill.Payments;

/// <summary>Keeps a provider that charges nobody, and a secret that nobody chose, out of production.</summary>
sealed class PaymentsValidator(IHostEnvironment environment) : IValidateOptions<PaymentsOptions>
{
    const int MaximumDelayMilliseconds = 3_600_000;

    public ValidateOptionsResult Validate(string? name, PaymentsOptions options)
    {
        var failures = new List<string>();
        if (options.Provider == PaymentsOptions.DevelopmentProvider && environment.IsProduction())
        {
            failures.Add($"{PaymentsOptions.Section}:{nameof(options.Provider)} is '{options.Provider}', which charges nobody and is refused in "
                + "environment Production: set another environment (ASPNETCORE_ENVIRONMENT), or add the provider of a real payment service");
        }

        if (options.Development.Secret.Length < DevelopmentPaymentOptions.MinimumSecretLength
            && !(environment.IsDevelopment() && options.Development.Secret.Length == 0))
        {
            failures.Add($"{PaymentsOptions.Section}:Development:Secret has {options.Development.Secret.Length} characters: at least "
                + $"{DevelopmentPaymentOptions.MinimumSecretLength} are needed; only in environment Development may it be left empty");
        }

        if (options.Development.SettleDelayMilliseconds is < 0 or > MaximumDelayMilliseconds)
        {
            failures.Add($"{PaymentsOptions.Section}:Development:SettleDelayMilliseconds is {options.Development.SettleDelayMilliseconds}: "
                + $"must be from 0 to {MaximumDelayMilliseconds}");
        }

        if (options.CallbackUrl is { IsAbsoluteUri: false } or { IsAbsoluteUri: true, Scheme: not ("http" or "https") })
            failures.Add($"{PaymentsOptions.Section}:{nameof(options.CallbackUrl)} is '{options.CallbackUrl}': must be an absolute http or https address");

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
