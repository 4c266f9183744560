using Microsoft.Extensions.Logging;

using MySqlConnector;

using Seckill.Faults;
using Seckill.Ledger;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.GroupCommit;

/// <summary>
/// Writes changes of many stored transactions in one MySQL transaction. A row is changed only when it stands as its holder loaded it (whoever came with a
/// newer fencing token in between has raised the version); if any of the batch does not, nothing is written, those are told apart and the rest is
/// written again.
/// </summary>
abstract class ChangeBatch<TWrite>(LedgerSession session, ILogger logger) : IGroupCommitBatch<TWrite, LedgerOutcome>
{
    /// <summary>The transaction as it shall be; <see cref="OrderTransactionState.StoredState"/> and version say how it stands.</summary>
    protected abstract OrderTransactionState InstanceOf(TWrite write);

    /// <summary>What is to be done for these writes, and how many rows change by it when all stand as expected.</summary>
    protected abstract (IReadOnlyList<string> Sql, int Changes) Statements(IReadOnlyList<TWrite> writes);

    /// <summary>Called when all is written and not yet durable.</summary>
    protected virtual ValueTask BeforeCommitAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Called when it is durable and nobody knows.</summary>
    protected virtual ValueTask AfterCommitAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async Task ExecuteAsync(IReadOnlyList<PendingRow<TWrite, LedgerOutcome>> rows, CancellationToken cancellationToken)
    {
        var seen = new HashSet<Guid>(rows.Count);
        var first = new List<PendingRow<TWrite, LedgerOutcome>>(rows.Count);
        foreach (var row in rows)
        {
            if (seen.Add(InstanceOf(row.Row).CorrelationId))
                first.Add(row);
            else
                row.SetOutcome(LedgerOutcome.Conflict);
        }

        await WriteAsync(first, cancellationToken);
    }

    async Task WriteAsync(List<PendingRow<TWrite, LedgerOutcome>> rows, CancellationToken cancellationToken)
    {
        while (rows.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var (sql, changes) = Statements(rows.ConvertAll(x => x.Row));
                var changed = await session.BeginAsync(sql);
                if (changed == changes)
                {
                    await BeforeCommitAsync(cancellationToken);
                    await session.CommitAsync();
                    await AfterCommitAsync(cancellationToken);
                    foreach (var row in rows)
                        row.SetOutcome(LedgerOutcome.Written);
                    return;
                }

                await session.RollbackAsync();
                var rest = await WithoutConflictsAsync(rows, LedgerOutcome.Conflict);
                if (rest.Count == rows.Count)
                {
                    // The saga rows are as expected, so an order's row or the stock is not: only damage from outside makes them differ.
                    throw new InvalidOperationException(
                        $"{changed} rows changed where {changes} should have: order, stock and transaction disagree for one of {Ids(rows)}");
                }

                rows = rest;
            }
            catch (MySqlException exception) when (MySqlFaults.IsLockConflict(exception))
            {
                logger.LogDebug(exception, "A batch of {Rows} changes lost a lock conflict and is written again", rows.Count);
                await session.RollbackAsync();
            }
            catch (Exception exception) when (exception is CommitOutcomeUnknownException or LostReplyException)
            {
                logger.LogWarning(exception, "COMMIT of {Rows} changes has an unknown outcome: reading them back", rows.Count);
                var current = rows;
                rows = await Retry.UntilAnsweredAsync(
                    () => WithoutConflictsAsync(current, LedgerOutcome.Written), MySqlFaults.IsTransient, cancellationToken);
            }
            catch (Exception exception) when (!MySqlFaults.IsTransient(exception))
            {
                await session.RollbackAsync();
                if (rows.Count == 1)
                {
                    rows[0].TrySetException(exception);
                    return;
                }

                await WriteAsync(rows[..(rows.Count / 2)], cancellationToken);
                rows = rows[(rows.Count / 2)..];
            }
            catch (Exception)
            {
                await session.RollbackAsync();
                throw;
            }
        }
    }

    /// <summary>
    /// Reads the rows and returns those that still stand as their holder expects. Of the others, those that are what their holder wants under his own fencing
    /// token get <paramref name="whenOurs"/>, the rest are conflicts.
    /// </summary>
    async Task<List<PendingRow<TWrite, LedgerOutcome>>> WithoutConflictsAsync(List<PendingRow<TWrite, LedgerOutcome>> rows, LedgerOutcome whenOurs)
    {
        // FOR SHARE would be MySQL 8 only. LOCK IN SHARE MODE makes this wait for a lost transaction that is still under way.
        var stored = await session.QueryAsync(
            $"SELECT correlation_id, state, row_version, fencing_token FROM order_transaction WHERE correlation_id IN ({Ids(rows)}) LOCK IN SHARE MODE",
            x => (Id: x.GetGuid(0), State: x.GetString(1), Version: x.GetInt32(2), Token: x.GetInt64(3)));
        var byId = stored.ToDictionary(x => x.Id);
        var rest = new List<PendingRow<TWrite, LedgerOutcome>>();
        foreach (var row in rows)
        {
            var instance = InstanceOf(row.Row);
            if (!byId.TryGetValue(instance.CorrelationId, out var found))
                row.SetOutcome(LedgerOutcome.Conflict);
            else if (found.State == instance.StoredState && found.Version == instance.RowVersion && found.Token <= instance.FencingToken)
                rest.Add(row);
            else if (found.State == instance.CurrentState && found.Version == instance.RowVersion + 1 && found.Token == instance.FencingToken)
                row.SetOutcome(whenOurs);
            else
                row.SetOutcome(LedgerOutcome.Conflict);
        }

        return rest;
    }

    string Ids(IEnumerable<PendingRow<TWrite, LedgerOutcome>> rows) => Ids(rows.Select(x => InstanceOf(x.Row)));

    /// <summary>The ids as a list of literals.</summary>
    protected static string Ids(IEnumerable<OrderTransactionState> instances) => string.Join(",", instances.Select(x => $"'{x.CorrelationId:D}'"));
}
