using System.Globalization;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Seckill.Faults;

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

    /// <summary>The key in the section that is no point: the number that decides what happens by chance.</summary>
    public const string Seed = "seed";

    /// <summary>The key in the section that is no point: a file that says what else is armed, and may change meanwhile (<see cref="FaultPointsFile"/>).</summary>
    public const string File = "file";

    /// <summary>
    /// Adds the fault points, once however often it is called. A point that doesn't exist, a fault that can't be read or that the point can't be armed with, or
    /// any point on in Production stops the start.
    /// </summary>
    public static IServiceCollection AddFaultPoints(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(x => x.ServiceType == typeof(FaultPoints)))
            return services;

        services.AddOptions<ArmedPoints>()
            .Configure<IConfiguration>((points, configuration) =>
            {
                foreach (var entry in configuration.GetSection(Section).GetChildren())
                    points.ByName[entry.Key] = entry.Value;
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ArmedPoints>, ArmedPointsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            var points = provider.GetRequiredService<IOptions<ArmedPoints>>().Value.ByName;
            var settings = points
                .SelectMany(x => KnownPoints.Find(x.Key) is { } point && FaultSetting.TryParse(point, x.Value, out var read) ? read : [])
                .ToList();
            return new FaultPoints(
                settings,
                TryParseSeed(points.GetValueOrDefault(Seed), out var seed) ? seed : Random.Shared.NextInt64(),
                points.GetValueOrDefault(CountsDirectory),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FaultPoints>>(),
                mayChange: points.ContainsKey(File));
        });
        services.AddHostedService(provider => new FaultPointsFile(
            provider.GetRequiredService<IOptions<ArmedPoints>>().Value.ByName.GetValueOrDefault(File),
            provider.GetRequiredService<FaultPoints>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FaultPointsFile>>()));
        return services;
    }

    /// <summary>
    /// Adds a service that has fault points around its calls only when any are on: otherwise it is what it would be without them, at no cost.
    /// </summary>
    /// <typeparam name="TService">What it is asked for as.</typeparam>
    /// <typeparam name="TImplementation">What does the work.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="surround">Puts the points around it.</param>
    public static IServiceCollection AddWithFaults<TService, TImplementation>(
        this IServiceCollection services, Func<TImplementation, FaultPoints, TService> surround)
        where TService : class
        where TImplementation : class, TService
    {
        ArgumentNullException.ThrowIfNull(surround);
        services.AddFaultPoints();
        services.AddSingleton<TImplementation>();
        services.AddSingleton(provider => provider.WithFaults<TService, TImplementation>(provider.GetRequiredService<TImplementation>(), surround));
        return services;
    }

    /// <summary>Puts fault points around a service when any are on.</summary>
    public static TService WithFaults<TService, TImplementation>(
        this IServiceProvider provider, TImplementation service, Func<TImplementation, FaultPoints, TService> surround)
        where TImplementation : TService
    {
        ArgumentNullException.ThrowIfNull(surround);
        var faults = provider.GetRequiredService<FaultPoints>();
        return faults.AreOn ? surround(service, faults) : service;
    }

    static bool TryParseSeed(string? text, out long seed) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed);

    sealed class ArmedPoints
    {
        public Dictionary<string, string?> ByName { get; } = new(StringComparer.Ordinal);
    }

    /// <param name="environments">The one of the host; none in a program that has no host.</param>
    sealed class ArmedPointsValidator(IEnumerable<IHostEnvironment> environments) : IValidateOptions<ArmedPoints>
    {
        public ValidateOptionsResult Validate(string? name, ArmedPoints options)
        {
            var failures = options.ByName.Select(x => FailureOf(x.Key, x.Value)).OfType<string>().ToList();
            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }

        string? FailureOf(string name, string? fault)
        {
            var key = $"{Section}:{name}";
            if (environments.Any(x => x.IsProduction()))
                return $"{key} is '{fault}', but fault points are for tests: in environment Production none may be on";
            if (name == CountsDirectory)
                return string.IsNullOrWhiteSpace(fault) ? $"{key} is empty, allowed is the path of a folder that this process can write to" : null;
            if (name == Seed)
                return TryParseSeed(fault, out _) ? null : $"{key} is '{fault}', allowed is a whole number from 0 to {long.MaxValue}";
            if (name == File)
                return string.IsNullOrWhiteSpace(fault) ? $"{key} is empty, allowed is the path of a file" : null;
            if (FaultSetting.TryRead(name, fault, out _, out var problem))
                return null;

            return KnownPoints.Find(name) is null
                ? $"{key} {problem}, {CountsDirectory} for the folder of counts, {Seed} for what happens by chance, and {File} for the file of others"
                : $"{key} {problem}";
        }
    }
}
