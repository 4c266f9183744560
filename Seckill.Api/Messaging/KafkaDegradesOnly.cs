using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Seckill.Api.Messaging;

/// <summary>To the API, Kafka's absence is a degradation: orders are taken all the same, and the relay publishes them when it is back.</summary>
sealed class KafkaDegradesOnly : IPostConfigureOptions<HealthCheckServiceOptions>
{
    const string Name = "kafka";

    public void PostConfigure(string? name, HealthCheckServiceOptions options)
    {
        foreach (var registration in options.Registrations.Where(x => x.Name == Name))
        {
            var create = registration.Factory;
            registration.Factory = services => new Softened(create(services));
        }
    }

    sealed class Softened(IHealthCheck inner) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var result = await inner.CheckHealthAsync(context, cancellationToken);
            return result.Status == HealthStatus.Unhealthy
                ? HealthCheckResult.Degraded(result.Description, result.Exception, result.Data)
                : result;
        }
    }
}
