namespace Seckill.Contracts;

/// <summary>
/// Command, topic <see cref="TopicNames.Compensation"/>: the transaction of an order failed, and the failure is this order's own. It may arrive more
/// than once; consumers deduplicate on the order id.
/// </summary>
public sealed record CompensateOrder
{
    /// <summary>The order as it was admitted: what is tried again.</summary>
    public required SeckillRequested Request { get; init; }

    /// <summary>The message whose handling failed: the name of its type.</summary>
    public required string Source { get; init; }

    /// <summary>A stable word for what failed.</summary>
    public required string Cause { get; init; }

    /// <summary>The failure in words.</summary>
    public required string Error { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset FailedAt { get; init; }
}
