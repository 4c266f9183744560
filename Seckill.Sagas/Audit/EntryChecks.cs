using System.Globalization;

namespace Seckill.Sagas.Audit;

/// <summary>Checks that every write-ahead entry stands for an order that somebody finishes.</summary>
sealed class EntryChecks(Look look, StockInstant instant, bool settled, AuditOptions options)
{
    public async Task CheckAsync(LedgerSnapshot after, CancellationToken cancellationToken)
    {
        if (instant.Entries is null)
        {
            look.Notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"{instant.Waiting} write-ahead entries wait in one activity, more than are read at once ({options.EntriesAtOnce}): reserved units were not compared"));
            return;
        }

        var limit = instant.Now.AddSeconds(-options.UndecidedAfterSeconds);
        foreach (var chunk in instant.Entries.Values.Chunk(options.PageSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The snapshot is younger than the entries: an order that was decided since has its row in it.
            var known = (await after.QueryAsync<Guid>(AuditSql.KnownOrders(chunk.Select(x => x.OrderId))).ConfigureAwait(false)).ToHashSet();
            foreach (var entry in chunk)
                Check(entry, known.Contains(entry.OrderId), limit);
        }
    }

    void Check(StockEntry entry, bool known, DateTimeOffset limit)
    {
        if (entry.Record is not { State: States.Admitted or States.Prepared } record)
        {
            look.Add(FindingKinds.EntryBroken, "a record that is admitted or prepared", States.Describe(entry.Record?.State),
                "The relay asks for this order again and again, for nothing", entry.Record?.SkuId, entry.OrderId, entry.Record?.BuyerId);
            return;
        }

        if (known)
            return;

        look.Totals.Undecided++;
        if (settled || entry.At is null || entry.At < limit)
        {
            look.Add(FindingKinds.EntryWithoutTransaction, "a transaction in MySQL",
                $"none, record {States.Describe(record.State)} since {entry.At:u}",
                "The order was admitted and its transaction never began: the relay or the workers do not get through",
                record.SkuId, entry.OrderId, record.BuyerId);
        }
    }
}
