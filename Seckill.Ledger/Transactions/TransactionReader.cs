using Dapper;

using MySqlConnector;

namespace Seckill.Ledger.Transactions;

/// <summary>Transactions and their logs, as MySQL holds them.</summary>
public sealed class TransactionReader(MySqlDatabase database)
{
    const string Select = """
        SELECT correlation_id AS OrderId, state AS State, activity_id AS ActivityId, sku_id AS SkuId, buyer_id AS BuyerId,
               quantity AS Quantity, unit_price_cents AS UnitPriceCents, fencing_token AS FencingToken, retry_count AS RetryCount,
               last_error AS LastError, reason AS Reason, payment_id AS PaymentId, paid_cents AS PaidCents, created_at AS CreatedAt,
               prepared_at AS PreparedAt, decided_at AS DecidedAt, expires_at AS ExpiresAt, row_version AS RowVersion
        FROM order_transaction
        """;

    /// <summary>One transaction; null when there is none of that id.</summary>
    /// <exception cref="MySqlException">MySQL did not answer.</exception>
    public async Task<TransactionRecord?> FindAsync(Guid orderId, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var row = await connection.QuerySingleOrDefaultAsync<Row>($"{Select} WHERE correlation_id = @id", new { id = orderId.ToString("D") })
            .ConfigureAwait(false);
        return row?.ToRecord();
    }

    /// <summary>State and <c>expires_at</c> of those of these orders that have a transaction.</summary>
    /// <inheritdoc cref="FindAsync" path="/exception"/>
    public async Task<IReadOnlyDictionary<Guid, (string State, DateTimeOffset? ExpiresAt)>> StatesAsync(
        IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(orderIds);
        var states = new Dictionary<Guid, (string, DateTimeOffset?)>(orderIds.Count);
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (var chunk in orderIds.Chunk(1000))
        {
            var rows = await connection.QueryAsync<(Guid OrderId, string State, DateTime? ExpiresAt)>(
                "SELECT correlation_id, state, expires_at FROM order_transaction WHERE correlation_id IN @ids", new { ids = chunk.Select(x => x.ToString("D")) })
                .ConfigureAwait(false);
            foreach (var row in rows)
                states[row.OrderId] = (row.State, row.ExpiresAt.AsUtc());
        }

        return states;
    }

    /// <summary>Rows of a batch's log stand next to each other; a batch has no more than this many.</summary>
    const int MostOfBatch = 10_000;

    /// <summary>
    /// What happened to a transaction, in order of time. The orders of one group commit are decided at one time, to the microsecond: that is how its size is known. That it
    /// began stands in no row of its own, but in how long the first step took (rows of older versions have one).
    /// </summary>
    /// <inheritdoc cref="FindAsync" path="/exception"/>
    public async Task<IReadOnlyList<TransactionStep>> TimelineAsync(Guid orderId, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = await connection.QueryAsync<StepRow>("""
            SELECT step AS Step, detail AS Detail, actor AS Actor, occurred_at AS OccurredAt, duration_us AS DurationUs,
                   CASE WHEN step = 'committed' AND duration_us IS NOT NULL THEN (
                       SELECT COUNT(*) FROM transaction_log AS beside
                       WHERE beside.log_id BETWEEN own.log_id - @most AND own.log_id + @most
                         AND beside.step = 'committed' AND beside.occurred_at = own.occurred_at) END AS BatchSize
            FROM transaction_log AS own WHERE correlation_id = @id ORDER BY log_id
            """, new { id = orderId.ToString("D"), most = MostOfBatch }).ConfigureAwait(false);
        var steps = rows.Select(x => new TransactionStep(x.Step, x.Detail, x.Actor, x.OccurredAt.AsUtc(), x.DurationUs, (int?)x.BatchSize)).ToList();
        if (steps is [{ Step: not TransactionStep.Begun, DurationMicroseconds: { } duration } first, ..])
            steps.Insert(0, new TransactionStep(TransactionStep.Begun, null, first.Actor, first.OccurredAt.AddMicroseconds(-duration), null));
        return steps;
    }

    /// <summary>The transactions that <paramref name="filter"/> lets through, newest first.</summary>
    /// <inheritdoc cref="FindAsync" path="/exception"/>
    public async Task<IReadOnlyList<TransactionRecord>> ListAsync(TransactionFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var conditions = new List<string> { "1 = 1" };
        if (filter.State is not null)
            conditions.Add("state = @State");
        if (filter.CreatedBefore is not null)
            conditions.Add("created_at < @createdBefore");
        if (filter.After is not null)
            conditions.Add("correlation_id < @after");

        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = await connection.QueryAsync<Row>(
            $"{Select} WHERE {string.Join(" AND ", conditions)} ORDER BY correlation_id DESC LIMIT @Limit",
            new { filter.State, createdBefore = filter.CreatedBefore?.UtcDateTime, after = filter.After?.ToString("D"), filter.Limit })
            .ConfigureAwait(false);
        return rows.Select(x => x.ToRecord()).ToList();
    }

    sealed class StepRow
    {
        public string Step { get; init; } = "";
        public string? Detail { get; init; }
        public string Actor { get; init; } = "";
        public DateTime OccurredAt { get; init; }
        public long? DurationUs { get; init; }
        public long? BatchSize { get; init; }
    }

    sealed class Row
    {
        public Guid OrderId { get; init; }
        public string State { get; init; } = "";
        public long ActivityId { get; init; }
        public long SkuId { get; init; }
        public string BuyerId { get; init; } = "";
        public int Quantity { get; init; }
        public long UnitPriceCents { get; init; }
        public long FencingToken { get; init; }
        public int RetryCount { get; init; }
        public string? LastError { get; init; }
        public string? Reason { get; init; }
        public string? PaymentId { get; init; }
        public long? PaidCents { get; init; }
        public DateTime CreatedAt { get; init; }
        public DateTime? PreparedAt { get; init; }
        public DateTime? DecidedAt { get; init; }
        public DateTime? ExpiresAt { get; init; }
        public int RowVersion { get; init; }

        public TransactionRecord ToRecord() => new()
        {
            OrderId = OrderId,
            State = State,
            ActivityId = ActivityId,
            SkuId = SkuId,
            BuyerId = BuyerId,
            Quantity = Quantity,
            UnitPriceCents = UnitPriceCents,
            FencingToken = FencingToken,
            RetryCount = RetryCount,
            LastError = LastError,
            Reason = Reason,
            PaymentId = PaymentId,
            PaidCents = PaidCents,
            CreatedAt = CreatedAt.AsUtc(),
            PreparedAt = PreparedAt.AsUtc(),
            DecidedAt = DecidedAt.AsUtc(),
            ExpiresAt = ExpiresAt.AsUtc(),
            RowVersion = RowVersion,
        };
    }
}
