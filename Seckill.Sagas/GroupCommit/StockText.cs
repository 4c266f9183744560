using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.GroupCommit;

/// <summary>
/// Statements that move units of stock: many SKUs with each, or a batch of orders for a thousand SKUs would have hundreds of them. A row changes only when it has the units, so that fewer
/// rows than SKUs change when one of them has not. In one order everywhere, and so are the rows of a statement: two writers never wait for each other.
/// </summary>
static class StockText
{
    /// <summary>The units of these orders, by SKU.</summary>
    public static SortedDictionary<(long ActivityId, long SkuId), long> UnitsOf(IEnumerable<OrderTransactionState> instances)
    {
        var units = new SortedDictionary<(long, long), long>();
        foreach (var instance in instances)
        {
            var key = (instance.ActivityId, instance.SkuId);
            units[key] = units.GetValueOrDefault(key) + instance.Quantity;
        }

        return units;
    }

    /// <summary>Takes units that are left.</summary>
    public static void Take(SqlText sql, SortedDictionary<(long ActivityId, long SkuId), long> units)
    {
        foreach (var (activityId, skus) in Statements(units))
        {
            Begin(sql, '+', activityId, skus);
            Units(sql.Raw(" AND taken + "), skus).Raw(" <= total").End();
        }
    }

    /// <summary>Gives back units that were taken.</summary>
    public static void Return(SqlText sql, SortedDictionary<(long ActivityId, long SkuId), long> units)
    {
        foreach (var (activityId, skus) in Statements(units))
        {
            Begin(sql, '-', activityId, skus);
            Units(sql.Raw(" AND taken >= "), skus).End();
        }
    }

    static IEnumerable<(long ActivityId, (long Id, long Units)[] Skus)> Statements(SortedDictionary<(long ActivityId, long SkuId), long> units)
        => units.GroupBy(x => x.Key.ActivityId, x => (x.Key.SkuId, x.Value))
            .SelectMany(activity => activity.Chunk(SqlText.RowsOfStatement), (activity, skus) => (activity.Key, skus));

    static void Begin(SqlText sql, char sign, long activityId, (long Id, long Units)[] skus)
    {
        Units(sql.Begin($"UPDATE stock SET taken = taken {sign} "), skus).Raw(" WHERE activity_id = ").Value(activityId).Raw(" AND sku_id IN (");
        for (var i = 0; i < skus.Length; i++)
            sql.Raw(i == 0 ? "" : ",").Value(skus[i].Id);
        sql.Raw(")");
    }

    /// <summary>The units of the row's SKU.</summary>
    static SqlText Units(SqlText sql, (long Id, long Units)[] skus)
    {
        if (skus is [var only])
            return sql.Value(only.Units);

        sql.Raw("CASE sku_id");
        foreach (var (id, units) in skus)
            sql.Raw(" WHEN ").Value(id).Raw(" THEN ").Value(units);
        return sql.Raw(" END");
    }
}
