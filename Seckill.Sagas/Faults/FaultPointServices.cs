using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Seckill.Sagas.Faults;

/// <summary>
/// Registers <see cref="FaultPoints"/>, armed by configuration section <c>FaultPoints</c>: <c>FaultPoints:after-decision = crash:100</c>, or, for orders of
/// some buyers, <c>FaultPoints:after-prepared = throw:3@fail-</c>.
/// </summary>
public static class FaultPointServices
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "FaultPoints";

    /// <summary>The key in the section that is no point: a folder in which workers count the passes of orders together.</summary>
    public const string CountsDirectory = "counts-directory";

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
        services.AddSingleton(provider =>
        {
            var points = provider.GetRequiredService<IOptions<ArmedPoints>>().Value.ByName;
            return new FaultPoints(
                points.SelectMany(x => FaultSetting.TryParse(x.Key, x.Value, out var settings) ? settings : []).ToList(),
                points.GetValueOrDefault(CountsDirectory),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FaultPoints>>());
        });
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
            var failures = options.ByName.Select(x => FailureOf(x.Key, x.Value)).OfType<string>().ToList();
            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }

        string? FailureOf(string point, string? fault)
        {
            var key = $"{Section}:{point}";
            if (environment.IsProduction())
                return $"{key} is '{fault}', but fault points are for tests: in environment Production none may be on";
            if (point == CountsDirectory)
                return string.IsNullOrWhiteSpace(fault) ? $"{key} is empty, allowed is the path of a folder that this process can write to" : null;
            if (!FaultPointNames.All.Contains(point))
                return $"{key} names no fault point; there are {string.Join(", ", FaultPointNames.All.Order())}, and {CountsDirectory} for the folder of counts";
            if (!FaultSetting.TryParse(point, fault, out var settings))
                return $"{key} is '{fault}', allowed is {FaultSetting.Syntax}";
            if (FaultPointNames.OfBatches.Contains(point) && settings.Any(x => x.BuyerPrefix is not null))
            {
                return $"{key} is '{fault}', but many orders pass it at once, so that it can't be for some buyers; those that can are "
                    + string.Join(", ", FaultPointNames.All.Except(FaultPointNames.OfBatches).Order());
            }

            return null;
        }
    }
}
