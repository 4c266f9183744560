using Seckill.Ledger.Catalog;

namespace Seckill.Api.Activities;

/// <summary>An activity, as buyers see it.</summary>
sealed record ActivityView
{
    public required long ActivityId { get; init; }

    public required string Name { get; init; }

    /// <summary><c>upcoming</c>, <c>open</c> or <c>closed</c>, by the clock of this process.</summary>
    public required string Phase { get; init; }

    public required DateTimeOffset OpensAt { get; init; }

    public required DateTimeOffset ClosesAt { get; init; }

    public required int PerBuyerLimit { get; init; }

    public required int PaymentWindowSeconds { get; init; }

    public required IReadOnlyList<SkuView> Skus { get; init; }

    public static ActivityView Of(Activity activity, Func<long, int?> available, DateTimeOffset now) => new()
    {
        ActivityId = activity.ActivityId,
        Name = activity.Name,
        Phase = now < activity.OpensAt ? "upcoming" : now < activity.ClosesAt ? "open" : "closed",
        OpensAt = activity.OpensAt,
        ClosesAt = activity.ClosesAt,
        PerBuyerLimit = activity.PerBuyerLimit,
        PaymentWindowSeconds = activity.PaymentWindowSeconds,
        Skus = activity.Skus.Select(x => new SkuView
        {
            SkuId = x.SkuId,
            Name = x.Name,
            UnitPriceCents = x.UnitPriceCents,
            Total = x.Total,
            Available = available(x.SkuId),
        }).ToList(),
    };
}

/// <summary>A SKU, as buyers see it.</summary>
sealed record SkuView
{
    public required long SkuId { get; init; }

    public required string Name { get; init; }

    public required long UnitPriceCents { get; init; }

    public required int Total { get; init; }

    /// <summary>Units left, at most a second ago; null while the stock is not warmed up or can't be read.</summary>
    public required int? Available { get; init; }
}

/// <summary>The activities that are open or will be, by the time they open.</summary>
sealed record ActivityList(IReadOnlyList<ActivityView> Items);
