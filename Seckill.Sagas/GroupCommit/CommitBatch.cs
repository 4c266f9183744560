using Microsoft.Extensions.Logging;

using MySql.Data.MySqlClient;

using Seckill.Contracts;
using Seckill.Sagas.Faults;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.GroupCommit;

/// <summary>The decision of a prepared transaction: Committed.</summary>
sealed class CommitWrite(OrderTransactionState instance)
{
    /// <summary>The transaction; not changed here.</summary>
    public OrderTransactionState Instance { get; } = instance;

    /// <summary>When it was decided: one time for the whole batch, set by the batch.</summary>
    public DateTimeOffset DecidedAt { get; set; }

    /// <summary>Until when the buyer can pay.</summary>
    public DateTimeOffset PayBy => DecidedAt.AddSeconds(Instance.PaymentWindowSeconds);
}

/// <summary>
/// Writes the decisions of many prepared transactions in one MySQL transaction. A row is changed only when it is Prepared, has the
/// version that its holder wrote (whoever came with a newer fencing token in between has raised the version); if any of the batch is not, nothing is written, those are told apart
/// and the rest is written again.
/// </summary>
sealed class CommitBatch(LedgerSession session, FaultPoints faults, TimeProvider clock, ILogger logger) : IGroupCommitBatch<CommitWrite, LedgerOutcome>
{
    public async Task ExecuteAsync(IReadOnlyList<PendingRow<CommitWrite, LedgerOutcome>> rows, CancellationToken cancellationToken)
    {
        var seen = new HashSet<Guid>(rows.Count);
        var first = new List<PendingRow<CommitWrite, LedgerOutcome>>(rows.Count);
        foreach (var row in rows)
        {
            if (seen.Add(row.Row.Instance.CorrelationId))
                first.Add(row);
            else
                row.SetOutcome(LedgerOutcome.Conflict);
        }

        await WriteAsync(first, cancellationToken);
    }

    async Task WriteAsync(List<PendingRow<CommitWrite, LedgerOutcome>> rows, CancellationToken cancellationToken)
    {
        while (rows.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = clock.GetUtcNow();
            foreach (var row in rows)
                row.Row.DecidedAt = now;

            try
            {
                var changed = await session.BeginAsync(Statements(rows));
                if (changed == rows.Count * 3)
                {
                    await faults.PassAsync(FaultPointNames.BeforeMySqlCommit, cancellationToken);
                    await session.CommitAsync();
                    await faults.PassAsync(FaultPointNames.AfterMySqlCommit, cancellationToken);
                    foreach (var row in rows)
                        row.SetOutcome(LedgerOutcome.Written);
                    return;
                }

                await session.RollbackAsync();
                var rest = await WithoutConflictsAsync(rows, LedgerOutcome.Conflict);
                if (rest.Count == rows.Count)
                {
                    // The saga rows are as expected, so an order row is not: only damage from outside makes them differ.
                    throw new InvalidOperationException(
                        $"{changed} rows changed where {rows.Count * 3} should have: order and transaction rows disagree for one of {Ids(rows)}");
                }

                rows = rest;
            }
            catch (MySqlException exception) when (MySqlFaults.IsLockConflict(exception))
            {
                logger.LogDebug(exception, "A batch of {Rows} decisions lost a lock conflict and is written again", rows.Count);
                await session.RollbackAsync();
            }
            catch (CommitOutcomeUnknownException exception)
            {
                logger.LogWarning(exception, "COMMIT of {Rows} decisions has an unknown outcome: reading them back", rows.Count);
                var current = rows;
                rows = await Retry.UntilAnsweredAsync(
                    () => WithoutConflictsAsync(current, LedgerOutcome.Written), MySqlFaults.IsTransient, cancellationToken);
            }
            catch (Exception exception) when (!MySqlFaults.IsTransient(exception) && rows.Count > 1)
            {
                await session.RollbackAsync();
                await WriteAsync(rows[..(rows.Count / 2)], cancellationToken);
                rows = rows[(rows.Count / 2)..];
            }
        }
    }

    /// <summary>
    /// Reads the rows and returns those that still stand as their holder expects. Of the others, those that are Committed under the
    /// holder's own fencing token get <paramref name="whenOurs"/>, the rest are conflicts.
    /// </summary>
    async Task<List<PendingRow<CommitWrite, LedgerOutcome>>> WithoutConflictsAsync(
        List<PendingRow<CommitWrite, LedgerOutcome>> rows, LedgerOutcome whenOurs)
    {
        // FOR SHARE would be MySQL 8 only. LOCK IN SHARE MODE makes this wait for a lost transaction that is still under way.
        var stored = await session.QueryAsync(
            $"SELECT correlation_id, state, row_version, fencing_token FROM order_transaction WHERE correlation_id IN ({Ids(rows)}) LOCK IN SHARE MODE",
            x => (Id: x.GetGuid(0), State: x.GetString(1), Version: x.GetInt32(2), Token: x.GetInt64(3)));
        var byId = stored.ToDictionary(x => x.Id);
        var rest = new List<PendingRow<CommitWrite, LedgerOutcome>>();
        foreach (var row in rows)
        {
            var instance = row.Row.Instance;
            if (!byId.TryGetValue(instance.CorrelationId, out var found))
                row.SetOutcome(LedgerOutcome.Conflict);
            else if (found.State == TransactionStates.Prepared && found.Version == instance.RowVersion && found.Token <= instance.FencingToken)
                rest.Add(row);
            else if (found.State == TransactionStates.Committed && found.Version == instance.RowVersion + 1 && found.Token == instance.FencingToken)
                row.SetOutcome(whenOurs);
            else
                row.SetOutcome(LedgerOutcome.Conflict);
        }

        return rest;
    }

    static string Statements(List<PendingRow<CommitWrite, LedgerOutcome>> rows)
    {
        var sql = new SqlText();
        foreach (var group in rows.GroupBy(x => (x.Row.Instance.RowVersion, x.Row.PayBy)))
        {
            var (version, payBy) = group.Key;
            var now = rows[0].Row.DecidedAt;
            sql.Raw("UPDATE order_transaction SET state = 'Committed', decided_at = ").Value(now).Raw(", expires_at = ").Value(payBy)
                .Raw(", last_error = NULL, row_version = row_version + 1 WHERE state = 'Prepared' AND row_version = ").Value(version)
                .Raw(" AND correlation_id IN (").Raw(Ids(group)).Raw(");");
            sql.Raw("UPDATE orders SET status = '").Raw(OrderStatus.Confirmed).Raw("', confirmed_at = ").Value(now).Raw(", pay_by = ").Value(payBy)
                .Raw(" WHERE status = '").Raw(OrderStatus.Pending).Raw("' AND order_id IN (").Raw(Ids(group)).Raw(");");
        }

        sql.Raw(TransactionLogRow.InsertInto[1..]);
        for (var i = 0; i < rows.Count; i++)
        {
            var (instance, row) = (rows[i].Row.Instance, rows[i].Row);
            sql.Raw(i == 0 ? "" : ",");
            TransactionLogRow.Append(sql, instance.CorrelationId, TransactionLogRow.StepOf(TransactionStates.Committed), null,
                TransactionLogRow.Saga, row.DecidedAt, row.DecidedAt - instance.PreparedAt);
        }

        return sql.ToString();
    }

    static string Ids(IEnumerable<PendingRow<CommitWrite, LedgerOutcome>> rows)
        => string.Join(",", rows.Select(x => $"'{x.Row.Instance.CorrelationId:D}'"));
}
