namespace Seckill.Sagas.Audit;

/// <summary>One difference in the books.</summary>
public sealed record AuditFinding
{
    /// <summary>What kind of difference: one of <see cref="FindingKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The activity; null for an order of which nobody knows it.</summary>
    public long? ActivityId { get; init; }

    /// <summary>The SKU, where it is about one.</summary>
    public long? SkuId { get; init; }

    /// <summary>The order, where it is about one.</summary>
    public Guid? OrderId { get; init; }

    /// <summary>The buyer, where it is about one.</summary>
    public string? BuyerId { get; init; }

    /// <summary>What should be there.</summary>
    public required string Expected { get; init; }

    /// <summary>What is there.</summary>
    public required string Actual { get; init; }

    /// <summary>What the difference means.</summary>
    public required string Meaning { get; init; }
}
