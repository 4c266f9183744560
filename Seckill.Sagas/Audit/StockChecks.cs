using System.Globalization;

namespace Seckill.Sagas.Audit;

/// <summary>Compares the counters of SKUs, in MySQL and in Redis, with the orders.</summary>
static class StockChecks
{
    public static void Check(Look look, SkuRow sku, SkuUnits units, StockInstant instant)
    {
        var oversold = 0L;
        if (sku is { Total: { } total, Taken: { } taken })
        {
            look.Compare(FindingKinds.TakenUnits, sku.SkuId, taken, units.Live, units.Live, "stock.taken", "MySQL's count and its orders disagree");
            oversold = Math.Max(0, Math.Max(taken, units.Live) - total);
        }
        else
        {
            // Anybody who may write to Kafka can ask for one. Such an order is refused and kept, and holds nothing.
            if (units.Live > 0)
                look.Add(FindingKinds.UnknownSku, "a row in stock", Invariant($"{units.Live} units held"), "Orders hold units of a SKU that the activity does not have", sku.SkuId);
            total = 0;
        }

        if (instant.IsReady && sku.Total is not null)
            oversold = Math.Max(oversold, CheckRedis(look, sku.SkuId, total, units, instant));

        if (oversold > 0)
        {
            look.Totals.Oversold += oversold;
            look.Add(FindingKinds.Oversold, Invariant($"at most {total} units"), Invariant($"{total + oversold} units taken"),
                "More was sold than there is", sku.SkuId);
        }
    }

    /// <summary>Stock in Redis of SKUs that MySQL knows nothing of.</summary>
    public static void CheckUnknown(Look look, IReadOnlyList<SkuRow> skus, StockInstant instant)
    {
        foreach (var name in instant.Counters.Keys.Where(x => x.EndsWith(":total", StringComparison.Ordinal)))
        {
            if (!long.TryParse(name.AsSpan(0, name.Length - ":total".Length), CultureInfo.InvariantCulture, out var skuId)
                || skus.Any(x => x.SkuId == skuId))
                continue;

            look.Add(FindingKinds.UnknownSku, "a row in stock", Invariant($"{instant.Counters[name]} units in Redis alone"),
                "Redis sells a SKU that MySQL will refuse", skuId);
        }
    }

    static long CheckRedis(Look look, long skuId, long ledgerTotal, SkuUnits units, StockInstant instant)
    {
        long? Counter(string name) => instant.Counters.TryGetValue(Invariant($"{skuId}:{name}"), out var value) ? value : null;

        if (Counter("total") is not { } total)
        {
            look.Add(FindingKinds.StockTotal, Invariant($"total {ledgerTotal}"), "not in Redis", "The SKU cannot be bought", skuId);
            return 0;
        }

        var (available, reserved, sold) = (Counter("available") ?? 0, Counter("reserved") ?? 0, Counter("sold") ?? 0);
        if (total != ledgerTotal)
        {
            look.Add(FindingKinds.StockTotal, Invariant($"total {ledgerTotal}, as in MySQL"), Invariant($"total {total} in Redis"),
                "Redis sells another number of units than MySQL allows", skuId);
        }

        // Available may be below zero after a rebuild, while orders that Redis admitted too many wait for MySQL to refuse them.
        foreach (var (name, value) in new[] { ("reserved", reserved), ("sold", sold) })
        {
            if (value < 0)
                look.Add(FindingKinds.StockNegative, $"{name} at least 0", Invariant($"{name} {value}"), "A counter was taken from twice", skuId);
        }

        look.Compare(FindingKinds.StockSum, skuId, available + reserved + sold, total, total,
            Invariant($"available {available} + reserved {reserved} + sold {sold} ="),
            "Units vanished from the stock in Redis, or came from nowhere");
        if (instant.Entries is not null)
        {
            var waiting = instant.Entries.Values.Select(x => x.Record)
                .Where(x => x is not null && x.SkuId == skuId && x.Epoch == instant.Epoch && x.State is States.Admitted or States.Prepared)
                .Sum(x => (long)x!.Quantity);
            look.Compare(FindingKinds.ReservedUnits, skuId, reserved, waiting, waiting, "reserved",
                "Units are held for no order, or an order holds units that were not counted");
        }

        look.Compare(FindingKinds.SoldUnits, skuId, sold, units.SoldLow, units.SoldHigh, "sold",
            "Redis counts other units as sold than MySQL's orders have");
        return Math.Max(0, sold - total);
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
