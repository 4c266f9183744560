using Microsoft.Extensions.Diagnostics.HealthChecks;

using StackExchange.Redis;

namespace Seckill.Admission.Redis;

/// <summary>Whether the stock Redis answers: without it no order is taken, and none prepared or committed.</summary>
public sealed class StockRedisHealthCheck(RedisConnections connections) : IHealthCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var database = await connections.Stock.DatabaseAsync().AsTask().WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            await database.PingAsync().WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The stock Redis does not answer", exception);
        }
    }
}
