using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;

using Dapper;

using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.Ledger.Connections;

namespace Seckill.Admission.Rebuild;

/// <summary>MySQL's orders as they were at one moment, read page by page in one transaction.</summary>
sealed class OrderSnapshot : IAsyncDisposable
{
    static readonly string[] Live = [OrderStatus.Pending, OrderStatus.Confirmed, OrderStatus.Paid];

    // One range of ix_orders_activity (activity, SKU, order id as InnoDB appends it) for each page.
    const string SelectPage = """
        SELECT o.order_id AS OrderId, o.sku_id AS SkuId, o.buyer_id AS BuyerId, o.quantity AS Quantity, o.status AS Status,
               COALESCE(t.unit_price_cents, o.amount_cents DIV o.quantity) AS UnitPriceCents, o.created_at AS CreatedAt,
               COALESCE(t.payment_window_seconds, @window) AS PaymentWindowSeconds, o.idempotency_key AS IdempotencyKey
        FROM orders o LEFT JOIN order_transaction t ON t.correlation_id = o.order_id
        WHERE o.activity_id = @activityId AND o.sku_id = @skuId AND o.order_id > @after
          AND (o.status IN @Live OR (o.idempotency_key IS NOT NULL AND o.created_at > @keysSince))
        ORDER BY o.order_id LIMIT @size
        """;

    readonly LedgerConnection _connection;
    readonly DbTransaction _transaction;

    OrderSnapshot(LedgerConnection connection, DbTransaction transaction)
    {
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>The snapshot is that of the first read.</summary>
    public static async Task<OrderSnapshot> OpenAsync(MySqlDatabase database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
            return new OrderSnapshot(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The SKU's live orders, and ended ones whose idempotency key is still remembered.</summary>
    public async IAsyncEnumerable<IReadOnlyList<SnapshotOrder>> PagesAsync(
        long activityId, long skuId, int paymentWindowSeconds, DateTimeOffset keysSince, int size,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var parameters = new { activityId, skuId, after, size, window = paymentWindowSeconds, keysSince = keysSince.UtcDateTime, Live };
            var page = (await _connection.QueryAsync<SnapshotOrder>(SelectPage, parameters, _transaction).ConfigureAwait(false)).AsList();
            if (page.Count > 0)
                yield return page;
            if (page.Count < size)
                yield break;

            after = page[^1].OrderId.ToString("D");
        }
    }

    /// <summary>Those of the orders that have failed or were cancelled.</summary>
    public async Task<IReadOnlySet<Guid>> EndedAmongAsync(IReadOnlyCollection<Guid> orderIds)
    {
        var ended = await _connection.QueryAsync<Guid>("SELECT order_id FROM orders WHERE order_id IN @ids AND status NOT IN @Live",
            new { ids = orderIds.Select(x => x.ToString("D")), Live }, _transaction).ConfigureAwait(false);
        return ended.ToHashSet();
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>What a rebuild needs of one row of <c>orders</c>.</summary>
sealed class SnapshotOrder
{
    public Guid OrderId { get; init; }
    public long SkuId { get; init; }
    public string BuyerId { get; init; } = "";
    public int Quantity { get; init; }
    public string Status { get; init; } = "";
    public long UnitPriceCents { get; init; }
    public DateTime CreatedAt { get; init; }
    public int PaymentWindowSeconds { get; init; }
    public string? IdempotencyKey { get; init; }

    public long CreatedAtMilliseconds => new DateTimeOffset(DateTime.SpecifyKind(CreatedAt, DateTimeKind.Utc)).ToUnixTimeMilliseconds();

    /// <summary>The state that its record gets.</summary>
    public string RecordState => Status switch
    {
        OrderStatus.Pending => "p",
        OrderStatus.Confirmed or OrderStatus.Paid => "c",
        _ => "r",
    };
}
