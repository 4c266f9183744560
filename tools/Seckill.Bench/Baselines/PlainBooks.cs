using System.Globalization;

using Dapper;

using Seckill.Bench.Load;
using Seckill.Bench.Results;
using Seckill.Ledger;

namespace Seckill.Bench.Baselines;

/// <summary>
/// The tables of the schemes that are compared with ours: the same as ours, in a database of their own, because orders without transactions would be
/// differences in the audit.
/// </summary>
sealed class PlainBooks(MySqlDatabase database)
{
    /// <summary>The database's name.</summary>
    public const string Database = "seckill_bench";

    const long UnitPriceCents = 9_900;

    /// <summary>Makes the tables.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"CREATE DATABASE IF NOT EXISTS {Database} CHARACTER SET utf8mb4");
        foreach (var table in (string[])["orders", "stock", "skus"])
            await connection.ExecuteAsync($"CREATE TABLE IF NOT EXISTS {Database}.{table} LIKE {database.Name}.{table}");
    }

    /// <summary>Puts units of one SKU on sale.</summary>
    public async Task AddActivityAsync(long activityId, int stock, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"""
            INSERT INTO {Database}.skus (activity_id, sku_id, name, unit_price_cents) VALUES (@activityId, 1, 'Bench', @UnitPriceCents);
            INSERT INTO {Database}.stock (activity_id, sku_id, total) VALUES (@activityId, 1, @stock)
            """, new { activityId, UnitPriceCents, stock });
    }

    /// <summary>Each order that was confirmed has its row, there are no others, and the units taken are theirs.</summary>
    public async Task<AuditOutcome> CheckAsync(string scheme, IReadOnlyCollection<BenchOrder> orders, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var activity in orders.GroupBy(x => x.ActivityId))
        {
            var confirmed = activity.Where(x => x.DecidedAt != 0).Select(x => x.OrderId!.Value.ToString("D")).ToHashSet();
            var rows = (await connection.QueryAsync<string>(
                $"SELECT CAST(order_id AS CHAR) FROM {Database}.orders WHERE activity_id = @Key", new { activity.Key })).ToHashSet();
            var (units, taken) = await connection.QuerySingleAsync<(long, long)>($"""
                SELECT (SELECT CAST(COALESCE(SUM(quantity), 0) AS SIGNED) FROM {Database}.orders WHERE activity_id = @Key),
                       (SELECT CAST(SUM(taken) AS SIGNED) FROM {Database}.stock WHERE activity_id = @Key)
                """, new { activity.Key });
            if (!rows.SetEquals(confirmed))
                findings.Add(Text($"{scheme}: activity {activity.Key} has {rows.Count} orders where buyers were told of {confirmed.Count}"));
            if (units != taken)
                findings.Add(Text($"{scheme}: activity {activity.Key} has {taken} units taken and orders of {units}"));
        }

        return new AuditOutcome(findings.Count == 0, orders.Count, findings);
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
