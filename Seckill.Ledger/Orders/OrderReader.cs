using Dapper;

using MySqlConnector;

namespace Seckill.Ledger.Orders;

/// <summary>Orders, as MySQL holds them.</summary>
public sealed class OrderReader(MySqlDatabase database)
{
    const string Select = """
        SELECT order_id AS OrderId, activity_id AS ActivityId, sku_id AS SkuId, buyer_id AS BuyerId, quantity AS Quantity,
               amount_cents AS AmountCents, status AS Status, reason AS Reason, created_at AS CreatedAt, confirmed_at AS ConfirmedAt,
               pay_by AS PayBy, paid_at AS PaidAt, closed_at AS ClosedAt
        FROM orders
        """;

    /// <summary>One order; null when MySQL does not know it (yet).</summary>
    /// <exception cref="MySqlException">MySQL did not answer.</exception>
    public async Task<OrderRecord?> FindAsync(Guid orderId, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var row = await connection.QuerySingleOrDefaultAsync<Row>($"{Select} WHERE order_id = @id", new { id = Key(orderId) }).ConfigureAwait(false);
        return row?.ToRecord();
    }

    /// <summary>Those of the orders that MySQL knows, in no particular order.</summary>
    /// <inheritdoc cref="FindAsync(Guid, CancellationToken)" path="/exception"/>
    public async Task<IReadOnlyList<OrderRecord>> FindAsync(IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(orderIds);
        if (orderIds.Count == 0)
            return [];

        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        // One literal list instead of a parameter per id: ids are of our own making, and parameters cost six times as much.
        var list = string.Join(',', orderIds.Select(x => $"'{Key(x)}'"));
        var rows = await connection.QueryAsync<Row>($"{Select} WHERE order_id IN ({list})").ConfigureAwait(false);
        return rows.Select(x => x.ToRecord()).ToList();
    }

    /// <summary>A buyer's orders, newest first.</summary>
    /// <param name="buyerId">The buyer.</param>
    /// <param name="after">The last order of the page before; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    /// <inheritdoc cref="FindAsync(Guid, CancellationToken)" path="/exception"/>
    public async Task<IReadOnlyList<OrderRecord>> ListAsync(string buyerId, Guid? after, int limit, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var page = after is null ? "" : "AND order_id < @after";
        var rows = await connection.QueryAsync<Row>($"{Select} WHERE buyer_id = @buyerId {page} ORDER BY order_id DESC LIMIT @limit",
            new { buyerId, after = after is { } id ? Key(id) : null, limit }).ConfigureAwait(false);
        return rows.Select(x => x.ToRecord()).ToList();
    }

    static string Key(Guid orderId) => orderId.ToString("D");

    sealed class Row
    {
        public Guid OrderId { get; init; }
        public long ActivityId { get; init; }
        public long SkuId { get; init; }
        public string BuyerId { get; init; } = "";
        public int Quantity { get; init; }
        public long AmountCents { get; init; }
        public string Status { get; init; } = "";
        public string? Reason { get; init; }
        public DateTime CreatedAt { get; init; }
        public DateTime? ConfirmedAt { get; init; }
        public DateTime? PayBy { get; init; }
        public DateTime? PaidAt { get; init; }
        public DateTime? ClosedAt { get; init; }

        public OrderRecord ToRecord() => new()
        {
            OrderId = OrderId,
            ActivityId = ActivityId,
            SkuId = SkuId,
            BuyerId = BuyerId,
            Quantity = Quantity,
            AmountCents = AmountCents,
            Status = Status,
            Reason = Reason,
            CreatedAt = CreatedAt.AsUtc(),
            ConfirmedAt = ConfirmedAt.AsUtc(),
            PayBy = PayBy.AsUtc(),
            PaidAt = PaidAt.AsUtc(),
            ClosedAt = ClosedAt.AsUtc(),
        };
    }
}
