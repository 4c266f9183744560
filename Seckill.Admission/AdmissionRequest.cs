namespace Seckill.Admission;

/// <summary>A buyer's wish for some units of a SKU.</summary>
public sealed record AdmissionRequest
{
    /// <summary>The activity.</summary>
    public required long ActivityId { get; init; }

    /// <summary>The SKU.</summary>
    public required long SkuId { get; init; }

    /// <summary>The buyer: claim <c>sub</c> of the token.</summary>
    public required string BuyerId { get; init; }

    /// <summary>Units, at least 1.</summary>
    public required int Quantity { get; init; }

    /// <summary>Price of one unit as the buyer was shown it, in cents.</summary>
    public required long UnitPriceCents { get; init; }

    /// <summary>The buyer's idempotency key; null when none was sent.</summary>
    public string? IdempotencyKey { get; init; }
}
