using System.Globalization;

using Dapper;

using MySqlConnector;

using Seckill.Admission.Redis;
using Seckill.Ledger;
using Seckill.Ledger.Catalog;

namespace Seckill.Cli.Demo;

/// <summary>What the demo writes to and reads from the stores besides what the audit reads.</summary>
sealed class DemoLedger(MySqlDatabase database, ActivityCatalog catalog, RedisConnections redis, TimeProvider time)
{
    const int PaymentWindowSeconds = 900;

    /// <summary>Makes an activity with one SKU that is open now. May be repeated: the id is this run's alone, so one that is there was made by an earlier try.</summary>
    public async Task AddActivityAsync(long activityId, string name, int stock, CancellationToken cancellationToken)
    {
        try
        {
            await OpenActivity.AddAsync(catalog, activityId, name, stock, PaymentWindowSeconds, time.GetUtcNow(), cancellationToken);
        }
        catch (MySqlException exception) when (MySqlFaults.IsDuplicateKey(exception))
        {
            // MySQL was killed after it had committed, and before it had said so.
        }
    }

    /// <summary>Committed orders of each activity.</summary>
    public async Task<IReadOnlyDictionary<long, long>> CommittedAsync(IReadOnlyList<long> activityIds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<(long ActivityId, long Orders)>(
            "SELECT activity_id, COUNT(*) FROM orders WHERE activity_id IN @activityIds AND status IN ('confirmed', 'paid') GROUP BY activity_id",
            new { activityIds })).ToDictionary(x => x.ActivityId, x => x.Orders);
    }

    /// <summary>From the first admission to the last commit, by the times in the rows.</summary>
    public async Task<double> SecondsToCommitAsync(IReadOnlyList<long> activityIds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var (first, last) = await connection.QuerySingleAsync<(DateTime? First, DateTime? Last)>(
            "SELECT MIN(created_at), MAX(confirmed_at) FROM orders WHERE activity_id IN @activityIds AND confirmed_at IS NOT NULL", new { activityIds });
        return first is null || last is null ? 0 : (last.Value - first.Value).TotalSeconds;
    }

    /// <summary>Versions of what took part.</summary>
    public async Task<IReadOnlyDictionary<string, string>> VersionsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var stock = await redis.Stock.DatabaseAsync();
        var info = (string)(await stock.ExecuteAsync("INFO", "server"))!;
        return new Dictionary<string, string>
        {
            ["seckill"] = typeof(DemoLedger).Assembly.GetName().Version!.ToString(3),
            ["dotnet"] = Environment.Version.ToString(),
            ["mysql"] = connection.ServerVersion,
            ["redis"] = info.Split('\n').First(x => x.StartsWith("redis_version:", StringComparison.Ordinal))["redis_version:".Length..].Trim(),
            ["os"] = string.Create(CultureInfo.InvariantCulture, $"{Environment.OSVersion.VersionString}"),
        };
    }
}
