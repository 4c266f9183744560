using System.Globalization;

using Seckill.Ledger;

namespace Seckill.Sagas.Audit;

/// <summary>Checks that no buyer has more than may be, in MySQL alone: one grouping of all orders of a large activity would not fit into the server's memory.</summary>
sealed class LimitChecks(Look look, LedgerSnapshot snapshot)
{
    /// <summary>All buyers in all activities, along the buyers' index.</summary>
    public static async Task CheckAllAsync(Look look, MySqlDatabase database, int pageSize, CancellationToken cancellationToken)
    {
        await using var snapshot = await LedgerSnapshot.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        await snapshot.BeginAsync().ConfigureAwait(false);
        var checks = new LimitChecks(look, snapshot);
        string? after = "";
        while (after is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var upTo = (await snapshot.QueryAsync<string>(AuditSql.BuyersPageEnd, new { after, size = pageSize }).ConfigureAwait(false)).SingleOrDefault();
            await checks.CheckAsync(null, new { after, upTo }, _ => true).ConfigureAwait(false);
            after = upTo;
        }
    }

    /// <summary>
    /// The buyers of some orders of an activity, with all that they have in it. A buyer whose orders are on several pages is judged on the page of the first one.
    /// </summary>
    public Task CheckAsync(long activityId, IReadOnlyList<OrderRow> page)
    {
        var orders = page.Select(x => x.OrderId).ToHashSet();
        return CheckAsync([.. page.Select(x => x.BuyerId).Distinct()], new { activityId }, orders.Contains);
    }

    async Task CheckAsync(IReadOnlyCollection<string>? buyers, object parameters, Func<Guid, bool> isJudged)
    {
        foreach (var row in await snapshot.QueryAsync<LimitRow>(AuditSql.BuyersOverLimit(buyers), parameters).ConfigureAwait(false))
        {
            if (!isJudged(row.FirstOrderId))
                continue;

            look.Totals.Duplicates++;
            look.Add(FindingKinds.BuyerOverLimit, Invariant($"at most {row.PerBuyerLimit} units"), Invariant($"{row.Units} units in live orders"),
                "The buyer has more than the activity allows", buyerId: row.BuyerId, activityId: row.ActivityId);
        }

        foreach (var row in await snapshot.QueryAsync<LimitRow>(AuditSql.RepeatedKeys(buyers), parameters).ConfigureAwait(false))
        {
            if (!isJudged(row.FirstOrderId))
                continue;

            look.Totals.Duplicates++;
            look.Add(FindingKinds.RepeatedKey, "1 order", Invariant($"{row.Orders} orders of idempotency key '{row.IdempotencyKey}'"),
                "A repeated request became another order", buyerId: row.BuyerId, activityId: row.ActivityId);
        }
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    sealed class LimitRow
    {
        public long ActivityId { get; init; }
        public string BuyerId { get; init; } = "";
        public Guid FirstOrderId { get; init; }
        public long Units { get; init; }
        public int PerBuyerLimit { get; init; }
        public string? IdempotencyKey { get; init; }
        public long Orders { get; init; }
    }
}
