namespace Seckill.Contracts;

/// <summary>
/// Event, topic <see cref="TopicNames.OrderEvents"/>: an order was admitted, its units are reserved in Redis, and its transaction can begin.
/// It may arrive more than once (the relay repeats it); consumers deduplicate on <see cref="OrderId"/>.
/// </summary>
public sealed record SeckillRequested
{
    /// <summary>The order, and the correlation id of its transaction.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>The activity that it was admitted to.</summary>
    public required long ActivityId { get; init; }

    /// <summary>The SKU bought.</summary>
    public required long SkuId { get; init; }

    /// <summary>The buyer: claim <c>sub</c> of the token.</summary>
    public required string BuyerId { get; init; }

    /// <summary>Units, at least 1.</summary>
    public required int Quantity { get; init; }

    /// <summary>Price of one unit at admission, in cents.</summary>
    public required long UnitPriceCents { get; init; }

    /// <summary>When the order was admitted, by the clock of the stock Redis.</summary>
    public required DateTimeOffset AdmittedAt { get; init; }

    /// <summary>How long the buyer has to pay, from the commit on, in seconds.</summary>
    public required int PaymentWindowSeconds { get; init; }

    /// <summary>The buyer's idempotency key, if one was sent.</summary>
    public string? IdempotencyKey { get; init; }
}
