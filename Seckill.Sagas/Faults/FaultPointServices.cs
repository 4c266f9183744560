using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Seckill.Sagas.Faults;

/// <summary>Registers <see cref="FaultPoints"/>, armed by configuration section <c>FaultPoints</c>: <c>FaultPoints:after-decision = crash:100</c>.</summary>
public static class FaultPointServices
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "FaultPoints";

    /// <summary>
    /// Adds the fault points. A point that doesn't exist, a fault that can't be read, or any point on in Production stops the start.
    /// </summary>
    public static IServiceCollection AddFaultPoints(this IServiceCollection services)
    {
        services.AddOptions<ArmedPoints>()
            .Configure<IConfiguration>((points, configuration) =>
            {
                foreach (var entry in configuration.GetSection(Section).GetChildren())
                    points.ByName[entry.Key] = entry.Value;
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ArmedPoints>, ArmedPointsValidator>();
        services.AddSingleton(provider => new FaultPoints(
            provider.GetRequiredService<IOptions<ArmedPoints>>().Value.ByName
                .Select(x => FaultSetting.TryParse(x.Key, x.Value, out var setting) ? setting : null)
                .OfType<FaultSetting>()
                .ToList(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FaultPoints>>()));
        return services;
    }

    sealed class ArmedPoints
    {
        public Dictionary<string, string?> ByName { get; } = new(StringComparer.Ordinal);
    }

    sealed class ArmedPointsValidator(IHostEnvironment environment) : IValidateOptions<ArmedPoints>
    {
        public ValidateOptionsResult Validate(string? name, ArmedPoints options)
        {
            var failures = new List<string>();
            foreach (var (point, fault) in options.ByName)
            {
                if (environment.IsProduction())
                    failures.Add($"{Section}:{point} is '{fault}', but fault points are for tests: in environment Production none may be on");
                else if (!FaultPointNames.All.Contains(point))
                    failures.Add($"{Section}:{point} names no fault point; there are {string.Join(", ", FaultPointNames.All.Order())}");
                else if (!FaultSetting.TryParse(point, fault, out _))
                    failures.Add($"{Section}:{point} is '{fault}', allowed is {FaultSetting.Syntax}");
            }

            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }
    }
}
