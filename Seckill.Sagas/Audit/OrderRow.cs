namespace Seckill.Sagas.Audit;

/// <summary>An order as MySQL holds it, with its transaction beside it.</summary>
sealed class OrderRow
{
    public Guid OrderId { get; init; }
    public long SkuId { get; init; }
    public string BuyerId { get; init; } = "";
    public int Quantity { get; init; }
    public string Status { get; init; } = "";
    public DateTime CreatedAt { get; init; }
    public DateTime ClosedAt { get; init; }
    public DateTime? ExpiresAt { get; init; }
    public string? State { get; init; }
    public int? RowVersion { get; init; }
    public long? TransactionActivityId { get; init; }
    public long? TransactionSkuId { get; init; }
    public string? TransactionBuyerId { get; init; }
    public int? TransactionQuantity { get; init; }

    /// <summary>Its transaction failed, and it is tried again or waits in the archive for a person.</summary>
    public bool IsCompensated { get; init; }
}

/// <summary>The state of a transaction at one instant.</summary>
sealed class StateRow
{
    public Guid OrderId { get; init; }
    public string? State { get; init; }
    public int? RowVersion { get; init; }
}

/// <summary>A transaction that no order belongs to.</summary>
sealed class OrphanRow
{
    public Guid OrderId { get; init; }
    public long ActivityId { get; init; }
    public long SkuId { get; init; }
    public string BuyerId { get; init; } = "";
    public string State { get; init; } = "";
}

/// <summary>An activity that something in MySQL speaks of; the rest is null when the catalog does not have it.</summary>
sealed class ActivityRow
{
    public long ActivityId { get; init; }
    public string? Name { get; init; }
    public DateTime? OpensAt { get; init; }
    public DateTime? ClosesAt { get; init; }
    public int? PerBuyerLimit { get; init; }
}

/// <summary>A SKU that stock or an order speaks of; the rest is null when there is no stock row.</summary>
sealed class SkuRow
{
    public long SkuId { get; init; }
    public int? Total { get; init; }
    public int? Taken { get; init; }
}
