using System.Diagnostics;
using System.Globalization;

using Dapper;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Bench.Baselines;
using Seckill.Bench.Results;
using Seckill.Ledger;
using Seckill.Ledger.Connections;

namespace Seckill.Bench.Scenarios;

/// <summary>
/// Orders of an activity that closed long ago, so that the tables are as full as after other sales. Nobody looks after that activity's stock any more, and
/// audits of later activities leave it out.
/// </summary>
sealed class PastOrders(BenchWorld world)
{
    const int PageSize = 10_000;
    const long ActivityId = 1_000;
    const int Stock = 10_000_000;
    const int TimeoutSeconds = 300;

    static readonly DateTime StartedAt = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly string WritePage = EmbeddedScript.Read(typeof(PastOrders).Assembly, "past_orders.sql");

    readonly MySqlDatabase _database = world.Services.GetRequiredService<MySqlDatabase>();

    /// <summary>Adds to what is there until there are so many, in whole pages.</summary>
    public async Task<BenchResult> FillAsync(int orders, CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenAsync(cancellationToken);
        await PrepareAsync(connection, cancellationToken);
        var watch = Stopwatch.StartNew();
        var there = await connection.QuerySingleAsync<int>("SELECT COUNT(*) FROM orders WHERE activity_id = @ActivityId", new { ActivityId });
        var said = watch.Elapsed;
        for (; there < orders; there += PageSize)
        {
            var startedAtMs = new DateTimeOffset(StartedAt).ToUnixTimeMilliseconds();
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(WritePage, new
            {
                activityId = ActivityId,
                first = there,
                startedAt = StartedAt,
                startedAtMs,
                page = PageSize,
                // Ids begin with the time, which rises with the number.
                after = IdOf(startedAtMs + there - 1),
            }, transaction, TimeoutSeconds);
            await transaction.CommitAsync(cancellationToken);
            if (watch.Elapsed - said > TimeSpan.FromSeconds(5))
                world.Say($"earlier orders: {there + PageSize} of {orders}");
            said = watch.Elapsed - said > TimeSpan.FromSeconds(5) ? watch.Elapsed : said;
        }

        world.Say($"earlier orders: {there}, {watch.Elapsed.TotalSeconds:0.0} s");
        return new BenchResult();
    }

    static async Task PrepareAsync(LedgerConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"""
            CREATE DATABASE IF NOT EXISTS {PlainBooks.Database} CHARACTER SET utf8mb4;
            CREATE TABLE IF NOT EXISTS {PlainBooks.Database}.numbers (n INT NOT NULL PRIMARY KEY);
            INSERT IGNORE INTO {PlainBooks.Database}.numbers VALUES {string.Join(",", Enumerable.Range(0, PageSize).Select(x => $"({x})"))};
            INSERT IGNORE INTO activities (activity_id, name, opens_at, closes_at, per_buyer_limit, payment_window_seconds, created_at)
            VALUES (@ActivityId, 'Past sale', @StartedAt, @closesAt, 1, 900, @StartedAt);
            INSERT IGNORE INTO skus (activity_id, sku_id, name, unit_price_cents) VALUES (@ActivityId, 1, 'Past sale', 9900);
            INSERT IGNORE INTO stock (activity_id, sku_id, total) VALUES (@ActivityId, 1, @Stock)
            """, new { ActivityId, StartedAt, closesAt = StartedAt.AddHours(12), Stock });
        cancellationToken.ThrowIfCancellationRequested();
    }

    static string IdOf(long milliseconds)
    {
        var time = milliseconds.ToString("x12", CultureInfo.InvariantCulture);
        return $"{time[..8]}-{time[8..]}-ffff-ffff-ffffffffffff";
    }
}
