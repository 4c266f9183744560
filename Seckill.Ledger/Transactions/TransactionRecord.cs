namespace Seckill.Ledger.Transactions;

/// <summary>A row of table <c>order_transaction</c>.</summary>
public sealed record TransactionRecord
{
    /// <summary>The order, which is the transaction's id too.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>One of <see cref="TransactionFilter.States"/>.</summary>
    public required string State { get; init; }

    /// <summary>The order's activity.</summary>
    public required long ActivityId { get; init; }

    /// <summary>The order's SKU.</summary>
    public required long SkuId { get; init; }

    /// <summary>The order's buyer.</summary>
    public required string BuyerId { get; init; }

    /// <summary>The order's units.</summary>
    public required int Quantity { get; init; }

    /// <summary>Price of one unit, in cents.</summary>
    public required long UnitPriceCents { get; init; }

    /// <summary>Token of the lock holder that wrote last.</summary>
    public required long FencingToken { get; init; }

    /// <summary>Retries so far.</summary>
    public required int RetryCount { get; init; }

    /// <summary>The last fault, in words.</summary>
    public string? LastError { get; init; }

    /// <summary>Why it was rolled back or cancelled: one of <see cref="Contracts.RefusalReasons"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The provider's id of the payment.</summary>
    public string? PaymentId { get; init; }

    /// <summary>What that payment was, in cents; null also where it was taken before this was written down.</summary>
    public long? PaidCents { get; init; }

    /// <summary>When the order was admitted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When both participants had prepared.</summary>
    public DateTimeOffset? PreparedAt { get; init; }

    /// <summary>When the decision became durable.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>When the clock has something to do with it: the time-out, or the payment deadline.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How often the row was written.</summary>
    public required int RowVersion { get; init; }
}
