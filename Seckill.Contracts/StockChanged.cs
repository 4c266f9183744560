namespace Seckill.Contracts;

/// <summary>
/// Event, topic <see cref="TopicNames.StockEvents"/>, keyed by activity id: what caches hold of this stock (a sold-out flag, say) is out
/// of date. Not sent for each unit taken: only when stock came back or was rebuilt.
/// </summary>
public sealed record StockChanged
{
    /// <summary>The activity.</summary>
    public required long ActivityId { get; init; }

    /// <summary>The SKU; null when all of the activity's changed.</summary>
    public long? SkuId { get; init; }

    /// <summary>Why: <c>returned</c>, <c>rebuilt</c> or <c>activity_changed</c>.</summary>
    public required string Cause { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
