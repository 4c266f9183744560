using System.Data.Common;

using Dapper;

using Microsoft.Extensions.Diagnostics.HealthChecks;

using Seckill.Ledger;

namespace Seckill.Api.Orders;

/// <summary>Whether MySQL answers: without it no order's status can be told.</summary>
sealed class LedgerHealthCheck(MySqlDatabase database) : IHealthCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await AskAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("MySQL does not answer", exception);
        }
    }

    async Task AskAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteScalarAsync<int>("SELECT 1 FROM orders LIMIT 0");
    }
}
