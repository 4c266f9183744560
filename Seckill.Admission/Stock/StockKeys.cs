using System.Globalization;

using StackExchange.Redis;

namespace Seckill.Admission.Stock;

/// <summary>
/// The names of an activity's keys in the stock Redis. They share the hash tag <c>{activity}</c>, so a cluster keeps them in one slot.
/// </summary>
public sealed class StockKeys
{
    readonly string _prefix;

    /// <summary>The keys of one activity.</summary>
    public StockKeys(long activityId) => _prefix = string.Create(CultureInfo.InvariantCulture, $"seckill:{{{activityId}}}:");

    /// <summary>Hash: epoch, phase, window, limit.</summary>
    public RedisKey Meta => _prefix + "meta";

    /// <summary>Hash: total, available, reserved and sold of each SKU.</summary>
    public RedisKey Stock => _prefix + "stock";

    /// <summary>Field of <see cref="Stock"/>: the SKU's units that can be ordered.</summary>
    public static RedisValue Available(long skuId) => string.Create(CultureInfo.InvariantCulture, $"{skuId}:available");

    /// <summary>Hash: what each buyer holds.</summary>
    public RedisKey Buyers => _prefix + "buyers";

    /// <summary>Sorted set: the write-ahead entries, by the time the relay looks at them.</summary>
    public RedisKey Pending => _prefix + "pending";

    /// <summary>Hash: the stock that a rebuild is counting.</summary>
    public RedisKey RebuiltStock => _prefix + "rebuild:stock";

    /// <summary>Hash: the buyers that a rebuild is counting.</summary>
    public RedisKey RebuiltBuyers => _prefix + "rebuild:buyers";

    /// <summary>All keys of the activity that a rebuild makes.</summary>
    internal RedisKey[] Counted => [Meta, Stock, Buyers, RebuiltStock, RebuiltBuyers];

    /// <summary>Hash: the record of an order.</summary>
    public RedisKey Order(Guid orderId) => $"{_prefix}order:{orderId:D}";

    /// <summary>The keys that a script takes for one order, besides those of the activity. Without an idempotency key the order's stands in its place.</summary>
    internal RedisKey[] ForOrder(Guid orderId, string buyerId, string? idempotencyKey)
    {
        var order = Order(orderId);
        return [order, string.IsNullOrEmpty(idempotencyKey) ? order : Idempotency(buyerId, idempotencyKey)];
    }

    /// <summary>String: the first answer to an idempotency key. Buyers choose their keys, so the buyer's part must end unmistakably.</summary>
    public RedisKey Idempotency(string buyerId, string key)
        => $"{_prefix}idem:{buyerId.Replace("%", "%25", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal)}:{key}";
}
