using System.Globalization;

using Seckill.Ledger;

namespace Seckill.Sagas.Audit;

/// <summary>
/// Checks that no buyer has more than may be. Buyer by buyer along their index, for all activities at once: one grouping of all orders of
/// a large activity would not fit into the server's memory.
/// </summary>
sealed class LimitChecks(MySqlDatabase database, AuditOptions options)
{
    public async Task CheckAsync(Look look, AuditScope scope, CancellationToken cancellationToken)
    {
        await using var snapshot = await LedgerSnapshot.OpenAsync(database, cancellationToken).ConfigureAwait(false);
        await snapshot.BeginAsync().ConfigureAwait(false);
        string? after = "";
        while (after is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var upTo = (await snapshot.QueryAsync<string>(AuditSql.BuyersPageEnd, new { after, size = options.PageSize }).ConfigureAwait(false))
                .SingleOrDefault();
            foreach (var row in await snapshot.QueryAsync<LimitRow>(AuditSql.BuyersOverLimit, new { after, upTo }).ConfigureAwait(false))
            {
                if (!scope.Includes(row.ActivityId))
                    continue;

                look.Totals.Duplicates++;
                look.Add(FindingKinds.BuyerOverLimit, Invariant($"at most {row.PerBuyerLimit} units"), Invariant($"{row.Units} units in live orders"),
                    "The buyer has more than the activity allows", buyerId: row.BuyerId, activityId: row.ActivityId);
            }

            foreach (var row in await snapshot.QueryAsync<LimitRow>(AuditSql.RepeatedKeys, new { after, upTo }).ConfigureAwait(false))
            {
                if (!scope.Includes(row.ActivityId))
                    continue;

                look.Totals.Duplicates++;
                look.Add(FindingKinds.RepeatedKey, "1 order", Invariant($"{row.Orders} orders of idempotency key '{row.IdempotencyKey}'"),
                    "A repeated request became another order", buyerId: row.BuyerId, activityId: row.ActivityId);
            }

            after = upTo;
        }
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    sealed class LimitRow
    {
        public long ActivityId { get; init; }
        public string BuyerId { get; init; } = "";
        public long Units { get; init; }
        public int PerBuyerLimit { get; init; }
        public string? IdempotencyKey { get; init; }
        public long Orders { get; init; }
    }
}
