namespace Seckill.Bench.Baselines;

/// <summary>An order as the schemes that are compared with ours write it.</summary>
sealed record PlainOrder(
    Guid OrderId, long ActivityId, long SkuId, string BuyerId, int Quantity, long UnitPriceCents, string? IdempotencyKey, DateTimeOffset CreatedAt);
