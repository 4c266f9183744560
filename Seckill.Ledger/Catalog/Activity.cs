namespace Seckill.Ledger.Catalog;

/// <summary>A flash sale: a window of time, SKUs with limited stock, a limit per buyer.</summary>
public sealed record Activity
{
    /// <summary>Its id.</summary>
    public required long ActivityId { get; init; }

    /// <summary>Its name, as buyers read it.</summary>
    public required string Name { get; init; }

    /// <summary>When orders are first admitted.</summary>
    public required DateTimeOffset OpensAt { get; init; }

    /// <summary>From when on none are.</summary>
    public required DateTimeOffset ClosesAt { get; init; }

    /// <summary>Units that one buyer may hold, over all SKUs of the activity.</summary>
    public required int PerBuyerLimit { get; init; }

    /// <summary>How long a committed order waits for payment, in seconds.</summary>
    public required int PaymentWindowSeconds { get; init; }

    /// <summary>What is sold.</summary>
    public required IReadOnlyList<ActivitySku> Skus { get; init; }
}

/// <summary>One SKU of an activity.</summary>
public sealed record ActivitySku
{
    /// <summary>Its id, unique within the activity.</summary>
    public required long SkuId { get; init; }

    /// <summary>Its name, as buyers read it.</summary>
    public required string Name { get; init; }

    /// <summary>Price of one unit, in cents.</summary>
    public required long UnitPriceCents { get; init; }

    /// <summary>Units that the activity sells in all.</summary>
    public required int Total { get; init; }
}
