using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seckill.Sagas.Circuit;

/// <summary>Registers the circuit.</summary>
public static class CircuitServices
{
    /// <summary>Adds the circuit over MySQL, the stock Redis and the lock masters. Needs the ledger, admission and alerts.</summary>
    public static IServiceCollection AddDependencyCircuit(this IServiceCollection services)
    {
        services.AddOptions<CircuitOptions>().BindConfiguration(CircuitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IDependencyProbe, MySqlProbe>();
        services.AddSingleton<IDependencyProbe, StockRedisProbe>();
        services.AddSingleton<IDependencyProbe, LockMastersProbe>();
        services.AddMetrics();
        services.AddSingleton<CircuitMetrics>();
        services.AddSingleton<DependencyCircuit>();
        services.AddHostedService(x => x.GetRequiredService<DependencyCircuit>());
        services.AddHealthChecks().AddCheck<CircuitHealthCheck>("circuit", HealthStatus.Unhealthy, ["ready"]);
        return services;
    }
}
