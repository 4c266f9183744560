namespace Seckill.Operations.Archive;

/// <summary>Which archived orders. What is null does not restrict; an empty filter means all.</summary>
public sealed record FailedOrderFilter
{
    /// <summary>Only those that are handled, or that are not.</summary>
    public bool? Handled { get; init; }

    /// <summary>Only those of an activity.</summary>
    public long? ActivityId { get; init; }

    /// <summary>Only those of a buyer.</summary>
    public string? BuyerId { get; init; }

    /// <summary>Only those with this <see cref="FailedOrder.Cause"/>.</summary>
    public string? Cause { get; init; }

    /// <summary>Only those archived at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only those archived before this time.</summary>
    public DateTimeOffset? Before { get; init; }
}
