using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Dapper;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission.Redis;
using Seckill.Ledger;

using StackExchange.Redis;

namespace Seckill.Fuzz.Run;

/// <summary>All that the stores hold of a sale, as one hash for each key and table.</summary>
static class StateDigest
{
    /// <summary>What of each table belongs to an activity; the settings belong to nobody, and must stay as they are, too.</summary>
    static readonly (string Table, string Rows)[] Tables =
    [
        ("activities", "SELECT * FROM activities WHERE activity_id = @id"),
        ("skus", "SELECT * FROM skus WHERE activity_id = @id ORDER BY sku_id"),
        ("stock", "SELECT * FROM stock WHERE activity_id = @id ORDER BY sku_id"),
        ("orders", "SELECT * FROM orders WHERE activity_id = @id ORDER BY order_id"),
        ("order_transaction", "SELECT * FROM order_transaction WHERE activity_id = @id ORDER BY correlation_id"),
        ("transaction_log",
            "SELECT l.* FROM transaction_log l JOIN order_transaction t ON t.correlation_id = l.correlation_id WHERE t.activity_id = @id ORDER BY l.log_id"),
        ("development_payments",
            "SELECT p.* FROM development_payments p JOIN orders o ON o.order_id = p.order_id WHERE o.activity_id = @id ORDER BY p.payment_id"),
        ("compensation", "SELECT c.* FROM compensation c JOIN orders o ON o.order_id = c.order_id WHERE o.activity_id = @id ORDER BY c.order_id"),
        ("settings", "SELECT * FROM settings ORDER BY name"),
    ];

    /// <summary>Takes it.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> TakeAsync(IServiceProvider services, long activityId, CancellationToken cancellationToken)
    {
        var digest = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await using (var connection = await services.GetRequiredService<MySqlDatabase>().OpenAsync(cancellationToken))
        {
            foreach (var (table, rows) in Tables)
            {
                var text = new StringBuilder();
                foreach (IDictionary<string, object?> row in await connection.QueryAsync(rows, new { id = activityId }))
                    text.AppendJoin('\u001f', row.Select(x => $"{x.Key}={Convert.ToString(x.Value, CultureInfo.InvariantCulture)}")).Append('\n');
                digest["mysql " + table] = Hash(text.ToString());
            }
        }

        var redis = await services.GetRequiredService<RedisConnections>().Stock.DatabaseAsync();
        foreach (var key in (RedisKey[]?)await redis.ExecuteAsync("KEYS", $"seckill:{{{activityId.ToString(CultureInfo.InvariantCulture)}}}:*") ?? [])
            digest[$"redis {key}"] = Hash(Convert.ToHexString((byte[])(await redis.ExecuteAsync("DUMP", key))!));
        return digest;
    }

    /// <summary>What differs, in words; empty when nothing does.</summary>
    public static string Difference(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
        => string.Join(", ", before.Keys.Union(after.Keys).Where(x => before.GetValueOrDefault(x) != after.GetValueOrDefault(x))
            .Select(x => before.ContainsKey(x) ? after.ContainsKey(x) ? $"{x} changed" : $"{x} went" : $"{x} came"));

    static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
