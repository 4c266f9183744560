using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seckill.Kafka.Health;

/// <summary>Unhealthy unless a broker answers.</summary>
sealed class KafkaHealthCheck(IKafkaHealth kafka) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var since = kafka.Since.ToString("O", CultureInfo.InvariantCulture);
        return Task.FromResult(kafka.Reachability switch
        {
            KafkaReachability.Reachable => HealthCheckResult.Healthy($"Brokers answer since {since}."),
            KafkaReachability.Unknown => HealthCheckResult.Unhealthy($"No broker has answered yet, since {since}. {kafka.LastError}"),
            _ => HealthCheckResult.Unhealthy($"No broker answers since {since}. {kafka.LastError}"),
        });
    }
}
