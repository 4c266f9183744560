using System.Globalization;

namespace Seckill.Sagas.Audit;

/// <summary>Checks that every write-ahead entry stands for an order that somebody finishes.</summary>
sealed class EntryChecks(Look look, StockReader stock, StockInstant instant, bool settled, AuditOptions options)
{
    readonly DateTimeOffset _limit = instant.Now.AddSeconds(-options.UndecidedAfterSeconds);

    public async Task CheckAsync(LedgerSnapshot after, CancellationToken cancellationToken)
    {
        if (instant.Entries is not null)
        {
            foreach (var chunk in instant.Entries.Values.Chunk(options.PageSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await CheckAsync(after, chunk).ConfigureAwait(false);
            }

            return;
        }

        look.Notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"{instant.Waiting} write-ahead entries wait in one activity, more than are read at once ({options.EntriesAtOnce}): reserved units were not compared"));
        var cursor = "0";
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            (cursor, var entries) = await stock.ScanEntriesAsync(cursor, options.PageSize).ConfigureAwait(false);
            await CheckAsync(after, entries).ConfigureAwait(false);
        }
        while (cursor != "0");
    }

    async Task CheckAsync(LedgerSnapshot after, IReadOnlyList<StockEntry> entries)
    {
        if (entries.Count == 0)
            return;

        // The snapshot is not older than the entries of the instant; of those that came later, only age tells.
        var known = (await after.QueryAsync<Guid>(AuditSql.KnownOrders(entries.Select(x => x.OrderId))).ConfigureAwait(false)).ToHashSet();
        foreach (var entry in entries)
            Check(entry, known.Contains(entry.OrderId));
    }

    void Check(StockEntry entry, bool known)
    {
        if (entry.Record is not { State: States.Admitted or States.Prepared or States.Committed } record)
        {
            look.Add(FindingKinds.EntryBroken, "a record of an order that was not given up", States.Describe(entry.Record?.State),
                "The relay asks for this order again and again, for nothing", entry.Record?.SkuId, entry.OrderId, entry.Record?.BuyerId);
            return;
        }

        if (known)
            return;

        look.Totals.Undecided++;
        if (settled || record.AdmittedAt < _limit)
        {
            look.Add(FindingKinds.EntryWithoutTransaction, "a transaction in MySQL",
                $"none, record {States.Describe(record.State)} since {record.AdmittedAt:u}",
                "The order was admitted and its transaction never began: the relay or the workers do not get through",
                record.SkuId, entry.OrderId, record.BuyerId);
        }
    }
}
