using Microsoft.Extensions.Diagnostics.HealthChecks;

using Seckill.Admission.Redis;

using StackExchange.Redis;

namespace Seckill.Api.Activities;

/// <summary>Whether the stock Redis answers: without it no order can be taken.</summary>
sealed class StockHealthCheck(RedisConnections connections) : IHealthCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var database = await connections.Stock.DatabaseAsync();
            await database.PingAsync().WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("The stock Redis does not answer", exception);
        }
    }
}
