namespace Seckill.Admission.Stock;

/// <summary>The stock of an activity in Redis at one moment.</summary>
public sealed record ActivityStock
{
    /// <summary>The activity.</summary>
    public required long ActivityId { get; init; }

    /// <summary>Whether orders can be admitted; false while it is being rebuilt, and the counts are those from before.</summary>
    public required bool Open { get; init; }

    /// <summary>The epoch that the counts belong to.</summary>
    public required long Epoch { get; init; }

    /// <summary>The counts of each SKU, by its id.</summary>
    public required IReadOnlyDictionary<long, SkuStock> Skus { get; init; }
}

/// <summary>The units of a SKU; total = available + reserved + sold.</summary>
/// <param name="Total">Units that the activity sells in all.</param>
/// <param name="Available">Units that can be ordered. Negative after a rebuild that found more orders than units; those roll back.</param>
/// <param name="Reserved">Units of orders that are not decided yet.</param>
/// <param name="Sold">Units of committed orders.</param>
public sealed record SkuStock(long Total, long Available, long Reserved, long Sold);
