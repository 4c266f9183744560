namespace Seckill.Contracts;

/// <summary>Command to the order's transaction: the buyer gives the order up. Answered by <see cref="OrderActionResult"/>.</summary>
public sealed record CancelOrder
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>Who asks; only the order's buyer may.</summary>
    public required string BuyerId { get; init; }
}
