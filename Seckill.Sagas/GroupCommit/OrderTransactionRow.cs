using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.GroupCommit;

/// <summary>A row of <c>order_transaction</c> as it is read.</summary>
sealed class OrderTransactionRow
{
    public const string Select = """
        SELECT correlation_id AS CorrelationId, state AS State, activity_id AS ActivityId, sku_id AS SkuId, buyer_id AS BuyerId, quantity AS Quantity,
               unit_price_cents AS UnitPriceCents, payment_window_seconds AS PaymentWindowSeconds, idempotency_key AS IdempotencyKey,
               fencing_token AS FencingToken, retry_count AS RetryCount, last_error AS LastError, reason AS Reason, payment_id AS PaymentId,
               paid_cents AS PaidCents, created_at AS CreatedAt, prepared_at AS PreparedAt, decided_at AS DecidedAt, expires_at AS ExpiresAt,
               row_version AS RowVersion
        FROM order_transaction
        WHERE correlation_id = @id
        """;

    public Guid CorrelationId { get; init; }
    public string State { get; init; } = "";
    public long ActivityId { get; init; }
    public long SkuId { get; init; }
    public string BuyerId { get; init; } = "";
    public int Quantity { get; init; }
    public long UnitPriceCents { get; init; }
    public int PaymentWindowSeconds { get; init; }
    public string? IdempotencyKey { get; init; }
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

    public OrderTransactionState ToState() => new()
    {
        CorrelationId = CorrelationId,
        CurrentState = State,
        StoredState = State,
        ActivityId = ActivityId,
        SkuId = SkuId,
        BuyerId = BuyerId,
        Quantity = Quantity,
        UnitPriceCents = UnitPriceCents,
        PaymentWindowSeconds = PaymentWindowSeconds,
        IdempotencyKey = IdempotencyKey,
        FencingToken = FencingToken,
        StoredFencingToken = FencingToken,
        RetryCount = RetryCount,
        LastError = LastError,
        Reason = Reason,
        PaymentId = PaymentId,
        PaidCents = PaidCents,
        CreatedAt = Utc(CreatedAt),
        PreparedAt = PreparedAt is null ? null : Utc(PreparedAt.Value),
        DecidedAt = DecidedAt is null ? null : Utc(DecidedAt.Value),
        ExpiresAt = ExpiresAt is null ? null : Utc(ExpiresAt.Value),
        RowVersion = RowVersion,
    };

    static DateTimeOffset Utc(DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));
}
