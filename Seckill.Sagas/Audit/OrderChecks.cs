using System.Globalization;

using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Audit;

/// <summary>Checks every order of an activity by itself, and adds up what the counters are compared with.</summary>
sealed class OrderChecks(Look look, ActivityRow activity, StockInstant instant, bool settled, AuditOptions options)
{
    readonly DateTime _limit = instant.Now.UtcDateTime.AddSeconds(-options.UndecidedAfterSeconds);
    List<Suspect> _suspects = [];

    public void Check(OrderPage page, SkuUnits units)
    {
        for (var i = 0; i < page.Rows.Count; i++)
        {
            var row = page.Rows[i];
            Count(row, units);
            CheckRow(row);
            if (!instant.IsReady)
                continue;

            var stateBefore = page.StatesBefore.GetValueOrDefault(row.OrderId);
            var record = page.Records[i];
            CountSold(row, stateBefore, record, units);
            CheckRecord(row, stateBefore, record);
        }
    }

    /// <summary>The orders whose record does not go with their row, to be read once more.</summary>
    public IReadOnlyList<Suspect> TakeSuspects()
    {
        var suspects = _suspects;
        _suspects = [];
        return suspects;
    }

    void Count(OrderRow row, SkuUnits units)
    {
        look.Totals.Orders++;
        if (States.IsLive(row.Status))
            units.Live += row.Quantity;

        switch (row.Status)
        {
            case OrderStatus.Pending:
                look.Totals.Undecided++;
                break;
            case OrderStatus.Confirmed:
                look.Totals.Committed++;
                break;
            case OrderStatus.Paid:
                look.Totals.Committed++;
                look.Totals.Paid++;
                break;
            case OrderStatus.Cancelled:
                look.Totals.Cancelled++;
                break;
            case OrderStatus.Failed:
                look.Totals.RolledBack++;
                break;
        }
    }

    // Both rows are written in one MySQL transaction, so within the snapshot nothing excuses a difference.
    void CheckRow(OrderRow row)
    {
        if (row.State is null)
        {
            Report(FindingKinds.OrderWithoutTransaction, row, "a row in order_transaction", "none", "Nobody will finish or undo this order");
            return;
        }

        var status = States.StatusOf(row.State);
        if (status != row.Status)
        {
            Report(FindingKinds.StatusAndState, row, $"status {status ?? "(none)"} for state {row.State}", $"status {row.Status}",
                "The buyer is told something else than the transaction decided");
        }

        if (row.TransactionActivityId != activity.ActivityId || row.TransactionSkuId != row.SkuId || row.TransactionBuyerId != row.BuyerId
            || row.TransactionQuantity != row.Quantity)
        {
            Report(FindingKinds.OrderFields, row,
                Fields(row.TransactionActivityId, row.TransactionSkuId, row.TransactionBuyerId, row.TransactionQuantity) + " in order_transaction",
                Fields(activity.ActivityId, row.SkuId, row.BuyerId, row.Quantity) + " in orders", "The two rows speak of different orders");
        }

        if (row.IsCompensated)
        {
            // Late, and not forgotten: compensation or a person ends it.
            look.Totals.InCompensation++;
            return;
        }

        if (row.State == TransactionStates.Prepared && (settled || row.CreatedAt < _limit))
        {
            Report(FindingKinds.Undecided, row, settled ? "a decision" : $"a decision within {options.UndecidedAfterSeconds} s",
                $"Prepared since {row.CreatedAt:u}", "Neither the saga nor the scan decided this order");
        }
        else if (UnfinishedSince(row) is { } since && (settled || since < _limit))
        {
            Report(FindingKinds.HalfDone, row, settled ? "done" : $"done within {options.UndecidedAfterSeconds} s", $"{row.State} since {since:u}",
                "MySQL gave the units back; the steps after it are not finished");
        }
    }

    // A refund begins at any time after the order was closed; while somebody works at it, the time of its next try moves on.
    static DateTime? UnfinishedSince(OrderRow row) => row.State switch
    {
        TransactionStates.RollingBack or TransactionStates.Cancelling => row.ClosedAt,
        TransactionStates.Refunding => row.ExpiresAt ?? row.ClosedAt,
        _ => null,
    };

    /// <summary>Whether Redis counted the order as sold at the instant: surely, surely not, or perhaps.</summary>
    void CountSold(OrderRow row, string? stateBefore, StockRecord? record, SkuUnits units)
    {
        if (IsWaiting(row.OrderId) || States.IsOver(stateBefore))
            return;

        if (States.IsSold(stateBefore) && States.IsSold(row.State))
        {
            units.SoldLow += row.Quantity;
            units.SoldHigh += row.Quantity;
            return;
        }

        switch (Standing(record))
        {
            case States.Committed:
                // Committed by now and not waiting at the instant: committed then too, if the order existed and the entries are known.
                if (stateBefore is not null && instant.Entries is not null)
                    units.SoldLow += row.Quantity;
                units.SoldHigh += row.Quantity;
                break;
            case States.Released:
                units.SoldHigh += row.Quantity;
                break;
        }
    }

    void CheckRecord(OrderRow row, string? stateBefore, StockRecord? record)
    {
        if (row.State is null)
            return;

        if (record is not null && (record.SkuId != row.SkuId || record.BuyerId != row.BuyerId || record.Quantity != row.Quantity)
            && Standing(record) is not (States.Released or ""))
        {
            Suspect(FindingKinds.RecordFields, row, Fields(activity.ActivityId, row.SkuId, row.BuyerId, row.Quantity) + " in MySQL",
                Fields(activity.ActivityId, record.SkuId, record.BuyerId, record.Quantity) + " in Redis",
                "Redis and MySQL count this order for different stock or another buyer");
        }

        var standing = Standing(record);
        var waiting = standing is States.Admitted or States.Prepared;
        if (waiting && stateBefore is not null && instant.Entries?.ContainsKey(row.OrderId) == false)
        {
            Suspect(FindingKinds.EntryMissing, row, "a write-ahead entry", $"none, record {States.Describe(standing)}",
                "The reservation is not in the list that the relay works from");
        }

        var allowed = States.RecordsOf(row.State);
        if (allowed is null || allowed.Contains(standing) || (record is null && MayHaveExpired(row)))
            return;

        // Refused before MySQL had it: the row says so at once, and the release follows, by the relay if need be.
        if (waiting && row.State == TransactionStates.RolledBack && !settled && row.CreatedAt >= _limit)
            return;

        Suspect(FindingKinds.RecordState, row,
            $"{string.Join(" or ", allowed.Select(States.Describe))} in Redis for {row.State} in MySQL", DescribeStanding(record),
            States.IsLive(row.Status)
                ? "Redis may sell these units to somebody else"
                : "Redis holds units back that nobody has");
    }

    bool IsWaiting(Guid orderId) => instant.Entries is not null && instant.Entries.TryGetValue(orderId, out var entry)
        && entry.Record?.State is States.Admitted or States.Prepared;

    // A committed record is kept for a day beyond the payment window: as long as the order can be cancelled.
    bool MayHaveExpired(OrderRow row) => States.IsSold(row.State) && row.ClosedAt < instant.Now.UtcDateTime.AddDays(-1);

    string Standing(StockRecord? record) => States.Standing(record, instant.Epoch);

    string DescribeStanding(StockRecord? record) => record is null || record.Epoch == instant.Epoch || record.State == States.Released
        ? States.Describe(record?.State)
        : $"{States.Describe(record.State)} under epoch {record.Epoch}, while the stock is of epoch {instant.Epoch}";

    void Report(string kind, OrderRow row, string expected, string actual, string meaning)
        => look.Add(kind, expected, actual, meaning, row.SkuId, row.OrderId, row.BuyerId);

    void Suspect(string kind, OrderRow row, string expected, string actual, string meaning)
        => _suspects.Add(new Suspect(row, x => x.Add(kind, expected, actual, meaning, row.SkuId, row.OrderId, row.BuyerId)));

    static string Fields(long? activityId, long? skuId, string? buyerId, int? quantity)
        => string.Create(CultureInfo.InvariantCulture, $"activity {activityId}, SKU {skuId}, buyer {buyerId}, {quantity} units");
}

/// <summary>An order whose row and record do not go together, unless it moved between the two reads.</summary>
sealed record Suspect(OrderRow Row, Action<Look> Report);
