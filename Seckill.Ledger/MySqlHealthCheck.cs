using System.Data.Common;

using Dapper;

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seckill.Ledger;

/// <summary>Whether MySQL answers and has the schema: without it nothing can be decided.</summary>
public sealed class MySqlHealthCheck(MySqlDatabase database) : IHealthCheck
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await AskAsync(cancellationToken).WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is DbException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("MySQL does not answer, or lacks the schema", exception);
        }
    }

    async Task AskAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await connection.ExecuteScalarAsync<int>("SELECT 1 FROM order_transaction LIMIT 0").ConfigureAwait(false);
    }
}
