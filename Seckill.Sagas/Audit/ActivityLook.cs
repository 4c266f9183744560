using System.Globalization;
using System.Runtime.CompilerServices;

using Seckill.Ledger;

namespace Seckill.Sagas.Audit;

/// <summary>
/// Takes one look at an activity. The order of reading is what makes it right while orders run:
/// <list type="number">
/// <item>MySQL's snapshot <i>before</i>,</item>
/// <item>Redis: counters and write-ahead entries in one step,</item>
/// <item>MySQL's snapshot <i>after</i>, about a millisecond later,</item>
/// <item>then, at leisure, every order from both snapshots, and its record in Redis.</item>
/// </list>
/// A transaction only ever moves forward. So an order that is in the same state in both snapshots was in it at the instant of step 2, and
/// an order that is not was on its way: only those leave a counter uncertain.
/// </summary>
sealed class ActivityLook(MySqlDatabase database, StockReader stock, ActivityRow activity, AuditScope scope, AuditOptions options, TimeProvider time)
{
    readonly Look _look = new(options.MaxFindings, activity.ActivityId);

    public async Task<Look> TakeAsync(CancellationToken cancellationToken)
    {
        await using var before = await LedgerSnapshot.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        await using var after = await LedgerSnapshot.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        await before.BeginAsync().ConfigureAwait(false);
        var instant = await stock.ReadAsync(options.EntriesAtOnce).ConfigureAwait(false);
        await after.BeginAsync().ConfigureAwait(false);

        var skus = await after.QueryAsync<SkuRow>(AuditSql.Skus, new { activity.ActivityId }).ConfigureAwait(false);
        _look.Totals.Activities = 1;
        _look.Totals.Skus = skus.Count;
        var live = 0L;
        var orders = new OrderChecks(_look, activity, instant, scope.Settled, options);
        var buyers = new BuyerChecks(_look, stock, instant, activity.ActivityId);
        // An audit of everything checks them along the buyers' index, in which a buyer's orders of all activities lie together.
        var limits = scope.ActivityIds is null ? null : new LimitChecks(_look, after);
        foreach (var sku in skus)
        {
            var units = new SkuUnits();
            await foreach (var page in PagesAsync(before, after, sku.SkuId, cancellationToken).ConfigureAwait(false))
            {
                orders.Check(page, units);
                await ConfirmAsync(orders, cancellationToken).ConfigureAwait(false);
                if (limits is not null)
                    await limits.CheckAsync(activity.ActivityId, page.Rows).ConfigureAwait(false);
                if (instant.IsReady)
                    await buyers.CheckHoldersAsync(database, page, cancellationToken).ConfigureAwait(false);
            }

            StockChecks.Check(_look, sku, units, instant);
            live += units.Live;
        }

        if (activity.Name is null && (live > 0 || instant.Epoch is not null))
            _look.Add(FindingKinds.UnknownSku, "a row in activities", "none", "Units are held, or in Redis, of an activity that is not in the catalog");

        StockChecks.CheckUnknown(_look, skus, instant);
        var entries = new EntryChecks(_look, stock, instant, scope.Settled, options);
        await entries.CheckAsync(after, cancellationToken).ConfigureAwait(false);
        if (instant.IsReady)
            await buyers.CheckAsync(database, after, cancellationToken).ConfigureAwait(false);

        await JudgeStockAsync(instant).ConfigureAwait(false);
        return _look;
    }

    async IAsyncEnumerable<OrderPage> PagesAsync(LedgerSnapshot before, LedgerSnapshot after, long skuId,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Before every id that there can be, that of zeros included.
        var last = "";
        IReadOnlyList<OrderRow> rows;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows = await after.QueryAsync<OrderRow>(AuditSql.OrdersPage,
                new { activity.ActivityId, skuId, after = last, size = options.PageSize }).ConfigureAwait(false);
            if (rows.Count == 0)
                yield break;

            var upTo = rows[^1].OrderId;
            var states = await before.QueryAsync<StateRow>(AuditSql.StatesBetween,
                new { activity.ActivityId, skuId, after = last, upTo }).ConfigureAwait(false);
            var records = await stock.ReadRecordsAsync(rows.Select(x => x.OrderId)).ConfigureAwait(false);
            yield return new OrderPage(rows, states.ToDictionary(x => x.OrderId, x => x.State), records);
            last = upTo.ToString("D");
        }
        while (rows.Count == options.PageSize);
    }

    /// <summary>
    /// A record was read after the snapshot. When the transaction has not moved since the snapshot, both were so at the same instant, and
    /// the pair is judged; when it has, the order is on its way and the next look sees it again.
    /// </summary>
    async Task ConfirmAsync(OrderChecks orders, CancellationToken cancellationToken)
    {
        var suspects = orders.TakeSuspects();
        if (suspects.Count == 0)
            return;

        await using var connection = await LedgerSnapshot.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        var now = (await connection.QueryAsync<StateRow>(AuditSql.States(suspects.Select(x => x.Row.OrderId))).ConfigureAwait(false))
            .ToDictionary(x => x.OrderId);
        foreach (var suspect in suspects)
        {
            if (now.TryGetValue(suspect.Row.OrderId, out var row) && row.State == suspect.Row.State && row.RowVersion == suspect.Row.RowVersion)
                suspect.Report(_look);
        }
    }

    async Task JudgeStockAsync(StockInstant instant)
    {
        var (epoch, phase) = await stock.ReadMetaAsync().ConfigureAwait(false);
        if (instant.IsReady && epoch == instant.Epoch && phase == instant.Phase)
        {
            _look.Stock = StockPresence.Seen;
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var open = activity.OpensAt <= now && now < activity.ClosesAt;
        if (instant.Epoch is null && !open)
        {
            _look.Stock = StockPresence.NotNeeded;
            _look.Notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"Activity {activity.ActivityId} is not in Redis and not open: only MySQL was checked"));
            return;
        }

        _look.Stock = StockPresence.NotReady;
        _look.Add(FindingKinds.StockNotReady, "stock in Redis, phase open", instant.Epoch is null ? "no stock" : $"epoch {epoch}, phase {phase}",
            "Orders are answered 503 until the stock keeper has loaded the activity");
    }
}

/// <summary>Some orders, each with its row after the instant, its transaction's state before it, and its record.</summary>
sealed record OrderPage(IReadOnlyList<OrderRow> Rows, IReadOnlyDictionary<Guid, string?> StatesBefore, IReadOnlyList<StockRecord?> Records);

/// <summary>Sums over the orders of a SKU.</summary>
sealed class SkuUnits
{
    /// <summary>Units of pending, confirmed and paid orders: what <c>stock.taken</c> should be.</summary>
    public long Live { get; set; }

    /// <summary>Units that Redis had sold at the instant, at least.</summary>
    public long SoldLow { get; set; }

    /// <summary>Units that Redis had sold at the instant, at most.</summary>
    public long SoldHigh { get; set; }
}
