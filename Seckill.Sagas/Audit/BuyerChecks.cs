using System.Globalization;

using Seckill.Ledger;

namespace Seckill.Sagas.Audit;

/// <summary>
/// Compares what Redis counts for each buyer with the buyer's orders. It also finds orders that MySQL does not know: the count names each
/// buyer's latest one.
/// </summary>
sealed class BuyerChecks(Look look, StockReader stock, StockInstant instant, long activityId)
{
    const int ScanSize = 500;

    /// <summary>The buyers of sold orders are counted with at least those orders.</summary>
    public async Task CheckHoldersAsync(MySqlDatabase database, OrderPage page, CancellationToken cancellationToken)
    {
        var held = page.Rows.Where(x => States.IsSold(x.State) && States.IsSold(page.StatesBefore.GetValueOrDefault(x.OrderId)))
            .GroupBy(x => x.BuyerId, x => x.Quantity).ToDictionary(x => x.Key, x => x.Sum());
        if (held.Count == 0)
            return;

        var buyers = held.Keys.ToList();
        var counted = await stock.ReadBuyersAsync(buyers).ConfigureAwait(false);
        var suspects = buyers.Where((x, i) => (counted[i]?.Units ?? 0) < held[x]).ToList();
        if (suspects.Count > 0)
            await ExamineAsync(database, suspects, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every buyer that Redis counts.</summary>
    public async Task CheckAsync(MySqlDatabase database, LedgerSnapshot after, CancellationToken cancellationToken)
    {
        var cursor = "0";
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            (cursor, var buyers) = await stock.ScanBuyersAsync(cursor, ScanSize).ConfigureAwait(false);
            if (buyers.Count == 0)
                continue;

            var units = (await after.QueryAsync<(string BuyerId, long Units)>(AuditSql.BuyerUnits(buyers.Select(x => x.BuyerId)), new { activityId })
                .ConfigureAwait(false)).ToDictionary(x => x.BuyerId, x => x.Units);
            var latest = buyers.Where(x => x.LatestOrderId is not null).Select(x => x.LatestOrderId!.Value).ToList();
            var known = latest.Count == 0 ? [] : (await after.QueryAsync<Guid>(AuditSql.KnownOrders(latest)).ConfigureAwait(false)).ToHashSet();
            var suspects = buyers
                .Where(x => x.Units != units.GetValueOrDefault(x.BuyerId) || (x.LatestOrderId is { } id && !known.Contains(id)))
                .Select(x => x.BuyerId).Distinct().ToList();
            if (suspects.Count > 0)
                await ExamineAsync(database, suspects, cancellationToken).ConfigureAwait(false);
        }
        while (cursor != "0");
    }

    // The orders of a buyer: those in MySQL, those that wait in Redis, and the latest one that Redis noted. What they hold by their records
    // is what the buyer should be counted; read between two reads of the count, so that one that is changing is left to the next look.
    async Task ExamineAsync(MySqlDatabase database, List<string> buyers, CancellationToken cancellationToken)
    {
        var counted = await stock.ReadBuyersAsync(buyers).ConfigureAwait(false);
        var waiting = WaitingOrders(buyers);
        await using var fresh = await LedgerSnapshot.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        var rows = (await fresh.QueryAsync<BuyerOrderRow>(AuditSql.BuyerOrders(buyers), new { activityId }).ConfigureAwait(false))
            .ToDictionary(x => x.OrderId);
        var noted = counted.Where(x => x?.LatestOrderId is not null).Select(x => (x!.BuyerId, OrderId: x.LatestOrderId!.Value));
        var orders = rows.Values.Select(x => (x.BuyerId, x.OrderId)).Concat(waiting).Concat(noted).Distinct().ToList();
        var records = await stock.ReadRecordsAsync(orders.Select(x => x.OrderId)).ConfigureAwait(false);
        var again = await stock.ReadBuyersAsync(buyers).ConfigureAwait(false);
        await FindLostAsync(fresh, orders, records).ConfigureAwait(false);

        var held = orders.Zip(records, (order, record) => (order.BuyerId, Units: Held(record, rows.GetValueOrDefault(order.OrderId))))
            .GroupBy(x => x.BuyerId, x => x.Units).ToDictionary(x => x.Key, x => x.Sum());
        for (var i = 0; i < buyers.Count; i++)
        {
            var units = counted[i]?.Units ?? 0;
            var expected = held.GetValueOrDefault(buyers[i]);
            if (counted[i] != again[i] || units == expected)
                continue;

            look.Add(FindingKinds.BuyerUnits, Invariant($"{expected} units by the buyer's orders"), Invariant($"{units} units counted in Redis"),
                units < expected ? "The buyer can buy more than the limit allows" : "The buyer is refused although the limit is not reached",
                buyerId: buyers[i]);
        }
    }

    // A record that is past its entry has a row: MySQL's prepare comes before Redis' commit, and its rollback before Redis' release.
    async Task FindLostAsync(LedgerSnapshot fresh, IReadOnlyList<(string BuyerId, Guid OrderId)> orders, IReadOnlyList<StockRecord?> records)
    {
        var decided = orders.Zip(records)
            .Where(x => x.Second is null or { State: not (States.Admitted or States.Prepared) })
            .ToDictionary(x => x.First.OrderId, x => (x.First.BuyerId, Record: x.Second));
        if (decided.Count == 0)
            return;

        var known = (await fresh.QueryAsync<Guid>(AuditSql.KnownOrders(decided.Keys)).ConfigureAwait(false)).ToHashSet();
        foreach (var (orderId, (buyerId, record)) in decided)
        {
            if (known.Contains(orderId))
                continue;

            look.Totals.Lost++;
            look.Add(FindingKinds.LostOrder, "a row in orders", $"none, {States.Describe(record?.State)} in Redis",
                "The order was admitted, and MySQL does not know of it", record?.SkuId, orderId, buyerId);
        }
    }

    IEnumerable<(string BuyerId, Guid OrderId)> WaitingOrders(List<string> buyers)
    {
        if (instant.Entries is null)
            return [];

        var wanted = buyers.ToHashSet();
        return instant.Entries.Values.Where(x => x.Record is not null && wanted.Contains(x.Record.BuyerId)).Select(x => (x.Record!.BuyerId, x.OrderId));
    }

    // A committed record expires in the end, and the buyer's units stay.
    int Held(StockRecord? record, BuyerOrderRow? row) => States.Standing(record, instant.Epoch) switch
    {
        States.Admitted or States.Prepared or States.Committed => record!.Quantity,
        "" when States.IsSold(row?.State) => row!.Quantity,
        _ => 0,
    };

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    sealed class BuyerOrderRow
    {
        public string BuyerId { get; init; } = "";
        public Guid OrderId { get; init; }
        public int Quantity { get; init; }
        public string? State { get; init; }
    }
}
