using Seckill.Ledger.Catalog;

namespace Seckill.Cli.Demo;

/// <summary>The activities that demos sell.</summary>
static class OpenActivity
{
    /// <summary>One SKU, one unit a buyer, open from a minute ago on for an hour.</summary>
    public static Task AddAsync(
        ActivityCatalog catalog, long activityId, string name, int stock, int paymentWindowSeconds, DateTimeOffset now, CancellationToken cancellationToken)
        => catalog.AddAsync(new Activity
        {
            ActivityId = activityId,
            Name = name,
            OpensAt = now.AddMinutes(-1),
            ClosesAt = now.AddHours(1),
            PerBuyerLimit = 1,
            PaymentWindowSeconds = paymentWindowSeconds,
            Skus = [new ActivitySku { SkuId = 1, Name = name, UnitPriceCents = 9_900, Total = stock }],
        }, now, cancellationToken);
}
