namespace Seckill.Ledger.Orders;

/// <summary>A row of table <c>orders</c>.</summary>
public sealed record OrderRecord
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>Its activity.</summary>
    public required long ActivityId { get; init; }

    /// <summary>Its SKU.</summary>
    public required long SkuId { get; init; }

    /// <summary>Its buyer.</summary>
    public required string BuyerId { get; init; }

    /// <summary>Its units.</summary>
    public required int Quantity { get; init; }

    /// <summary>What it costs in all, in cents.</summary>
    public required long AmountCents { get; init; }

    /// <summary>One of <see cref="Contracts.OrderStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Why it failed or was cancelled: one of <see cref="Contracts.RefusalReasons"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was admitted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its transaction committed.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Until when it can be paid.</summary>
    public DateTimeOffset? PayBy { get; init; }

    /// <summary>When it was paid.</summary>
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>When it failed or was cancelled.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}
