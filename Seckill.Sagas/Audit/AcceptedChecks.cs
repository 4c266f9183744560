using System.Globalization;

using Seckill.Contracts;
using Seckill.Ledger;

namespace Seckill.Sagas.Audit;

/// <summary>Checks that every order that was answered 202 is in the books.</summary>
sealed class AcceptedChecks(MySqlDatabase database, Func<long, StockReader> stockOf, AuditOptions options, TimeProvider time)
{
    public async Task CheckAsync(Look look, AuditScope scope, CancellationToken cancellationToken)
    {
        var limit = time.GetUtcNow().AddSeconds(-options.UndecidedAfterSeconds);
        foreach (var chunk in scope.Accepted.Distinct().Chunk(options.PageSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var activity in chunk.GroupBy(x => x.ActivityId, x => x.OrderId))
                await CheckAsync(look, activity.Key, [.. activity], scope.Settled, limit, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task CheckAsync(Look look, long activityId, IReadOnlyList<Guid> orderIds, bool settled, DateTimeOffset limit,
        CancellationToken cancellationToken)
    {
        var known = await KnownAsync(orderIds, cancellationToken).ConfigureAwait(false);
        foreach (var row in known.Values.Where(x => x.ActivityId != activityId))
        {
            look.Add(FindingKinds.AcceptedElsewhere, Invariant($"activity {activityId}"), Invariant($"activity {row.ActivityId}"),
                "The buyer asked for something else than was written down", orderId: row.OrderId, activityId: activityId);
        }

        var missing = orderIds.Where(x => !known.ContainsKey(x)).ToList();
        if (missing.Count == 0)
            return;

        // Redis first, then MySQL again: an order whose entry is gone by now has its row by now.
        var records = await stockOf(activityId).ReadRecordsAsync(missing).ConfigureAwait(false);
        known = await KnownAsync(missing, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < missing.Count; i++)
        {
            var (orderId, record) = (missing[i], records[i]);
            // One that waits in Redis is judged with the write-ahead entries of its activity.
            if (known.ContainsKey(orderId) || record?.State is States.Admitted or States.Prepared)
                continue;

            var young = OrderIds.TimeOf(orderId) is { } at && at >= limit;
            if (young && record is null && !settled)
            {
                // Redis lost it; Kafka may still bring it, and then its transaction reserves again.
                look.Totals.Undecided++;
                continue;
            }

            look.Totals.Lost++;
            look.Add(FindingKinds.LostOrder, "a row in orders", $"none, {States.Describe(record?.State)} in Redis",
                "The buyer was answered 202, and the order is nowhere", orderId: orderId, activityId: activityId);
        }
    }

    async Task<Dictionary<Guid, AcceptedRow>> KnownAsync(IReadOnlyList<Guid> orderIds, CancellationToken cancellationToken)
    {
        await using var connection = await LedgerSnapshot.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        return (await connection.QueryAsync<AcceptedRow>(AuditSql.Accepted(orderIds)).ConfigureAwait(false)).ToDictionary(x => x.OrderId);
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    sealed class AcceptedRow
    {
        public Guid OrderId { get; init; }
        public long ActivityId { get; init; }
    }
}
