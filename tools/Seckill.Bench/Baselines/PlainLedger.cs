using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;

using Dapper;

using MySqlConnector;

using Seckill.Ledger;
using Seckill.Ledger.Connections;

namespace Seckill.Bench.Baselines;

/// <summary>
/// One MySQL transaction for each order, in its cheapest form: one round trip of three statements on a connection that stays open, the order first and the
/// stock, which all orders share, last, so that its row is locked for no longer than the commit takes. The check of column <c>taken</c> refuses what would
/// oversell, and ends the statements before COMMIT.
/// </summary>
sealed class PlainLedger(MySqlDatabase database, int connections) : IAsyncDisposable
{
    const int MySqlCheckFailed = 3819;
    const int MariaDbCheckFailed = 4025;
    const int PaymentWindowSeconds = 86_400;

    readonly Channel<LedgerConnection> _idle = Channel.CreateUnbounded<LedgerConnection>();
    readonly ConcurrentDictionary<(long ActivityId, long SkuId), long> _prices = new();

    /// <summary>Makes the tables where there are none, and opens the connections.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await new PlainBooks(database).CreateAsync(cancellationToken);
        for (var i = 0; i < connections; i++)
        {
            var connection = await database.OpenAsync(cancellationToken);
            await connection.ExecuteAsync($"USE {PlainBooks.Database}; SET autocommit = 0");
            await _idle.Writer.WriteAsync(connection, cancellationToken);
        }
    }

    /// <summary>The price of a SKU, remembered from its first use on; null when there is none.</summary>
    public async ValueTask<long?> PriceAsync(long activityId, long skuId)
    {
        if (_prices.TryGetValue((activityId, skuId), out var known))
            return known;

        var connection = await _idle.Reader.ReadAsync();
        try
        {
            var price = await connection.QuerySingleOrDefaultAsync<long?>(
                "SELECT unit_price_cents FROM skus WHERE activity_id = @activityId AND sku_id = @skuId", new { activityId, skuId });
            await connection.ExecuteAsync("COMMIT");
            return price is { } found ? _prices.GetOrAdd((activityId, skuId), found) : null;
        }
        finally
        {
            _idle.Writer.TryWrite(connection);
        }
    }

    /// <summary>Writes the order and takes its units, unless that was done before; false when they are sold out.</summary>
    public async Task<bool> TakeAsync(PlainOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var connection = await _idle.Reader.ReadAsync();
        try
        {
            await using var command = connection.CreateCommand(Statements(order));
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (MySqlException exception) when (exception.Number == (int)MySqlErrorCode.DuplicateKeyEntry)
        {
            // A record that came twice.
            await connection.ExecuteAsync("ROLLBACK");
            return true;
        }
        catch (MySqlException exception) when (exception.Number is MySqlCheckFailed or MariaDbCheckFailed)
        {
            await connection.ExecuteAsync("ROLLBACK");
            return false;
        }
        finally
        {
            _idle.Writer.TryWrite(connection);
        }
    }

    public ValueTask DisposeAsync()
    {
        // Nobody else is to get their sessions.
        while (_idle.Reader.TryRead(out var connection))
            connection.Discard();
        return default;
    }

    static string Statements(PlainOrder order)
    {
        var key = order.IdempotencyKey is null ? "NULL" : $"'{MySqlHelper.EscapeString(order.IdempotencyKey)}'";
        var insert = string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO orders (order_id, activity_id, sku_id, buyer_id, quantity, amount_cents, status, idempotency_key, created_at, confirmed_at, pay_by)
            VALUES ('{order.OrderId:D}',{order.ActivityId},{order.SkuId},'{MySqlHelper.EscapeString(order.BuyerId)}',{order.Quantity},
            {order.Quantity * order.UnitPriceCents},'confirmed',{key},{At(order.CreatedAt)},{At(order.CreatedAt)},{At(order.CreatedAt.AddSeconds(PaymentWindowSeconds))})
            """);
        var update = string.Create(CultureInfo.InvariantCulture,
            $"UPDATE stock SET taken = taken + {order.Quantity} WHERE activity_id = {order.ActivityId} AND sku_id = {order.SkuId}");
        return $"{insert};{update};COMMIT";
    }

    static string At(DateTimeOffset time) => time.UtcDateTime.ToString(@"\'yyyy-MM-dd HH:mm:ss.ffffff\'", CultureInfo.InvariantCulture);
}
