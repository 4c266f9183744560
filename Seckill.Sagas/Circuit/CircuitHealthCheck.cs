using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seckill.Sagas.Circuit;

/// <summary>Not ready while orders wait in Kafka for a server that is away.</summary>
sealed class CircuitHealthCheck(DependencyCircuit circuit) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        => Task.FromResult(circuit.Open is { } open
            ? HealthCheckResult.Unhealthy($"{open.Dependency} has been away since {open.Since:u}; orders wait in Kafka")
            : HealthCheckResult.Healthy());
}
