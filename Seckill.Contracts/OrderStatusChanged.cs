namespace Seckill.Contracts;

/// <summary>
/// Event, topic <see cref="TopicNames.OrderResults"/>: an order has a new status, which is durable in MySQL already. At least once, in
/// order per order id; the table <c>orders</c> is the truth, this is the news of it.
/// </summary>
public sealed record OrderStatusChanged
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

    /// <summary>One of <see cref="OrderStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>One of <see cref="RefusalReasons"/> for a failed or cancelled order, else null.</summary>
    public string? Reason { get; init; }

    /// <summary>When the order was admitted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the status changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Until when a confirmed order can be paid; null for any other.</summary>
    public DateTimeOffset? PayBy { get; init; }
}
