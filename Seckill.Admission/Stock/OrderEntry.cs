using Seckill.Contracts;

using StackExchange.Redis;

namespace Seckill.Admission.Stock;

/// <summary>What the stock Redis knows of an order: its record, which is its write-ahead entry until the order is decided.</summary>
public sealed record OrderEntry
{
    /// <summary>The order as it was admitted.</summary>
    public required SeckillRequested Order { get; init; }

    /// <summary>How far it is.</summary>
    public required OrderEntryState State { get; init; }

    /// <summary>The epoch of the stock that counts it.</summary>
    public required long Epoch { get; init; }

    internal static OrderEntry? From(long activityId, Guid orderId, HashEntry[] record)
    {
        if (record.Length == 0)
            return null;

        var fields = record.ToDictionary(x => (string)x.Name!, x => x.Value);
        var key = (string?)fields["key"];
        return new OrderEntry
        {
            State = (string?)fields["state"] switch
            {
                "a" => OrderEntryState.Admitted,
                "p" => OrderEntryState.Prepared,
                "c" => OrderEntryState.Committed,
                "r" => OrderEntryState.Released,
                var state => throw new InvalidOperationException($"Order {orderId} has the unknown state '{state}' in Redis"),
            },
            Epoch = (long)fields["epoch"],
            Order = new SeckillRequested
            {
                OrderId = orderId,
                ActivityId = activityId,
                SkuId = (long)fields["sku"],
                BuyerId = (string)fields["buyer"]!,
                Quantity = (int)fields["qty"],
                UnitPriceCents = (long)fields["price"],
                AdmittedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)fields["at"]),
                PaymentWindowSeconds = (int)fields["window"],
                IdempotencyKey = string.IsNullOrEmpty(key) ? null : key,
            },
        };
    }
}

/// <summary>How far an order is in Redis.</summary>
public enum OrderEntryState
{
    /// <summary>Admitted; its transaction has not come by yet.</summary>
    Admitted,

    /// <summary>Prepared.</summary>
    Prepared,

    /// <summary>Committed: its units count as sold.</summary>
    Committed,

    /// <summary>Released: it holds no units.</summary>
    Released,
}
