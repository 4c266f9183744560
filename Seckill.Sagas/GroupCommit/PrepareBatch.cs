using Microsoft.Extensions.Logging;

using MySqlConnector;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.GroupCommit;

/// <summary>The first write of a transaction: the order, the saga row and the log, and for a prepared one the units taken.</summary>
/// <param name="Instance">The transaction; not changed here.</param>
/// <param name="State">Prepared, or RolledBack for an order that Redis refused.</param>
/// <param name="Now">When.</param>
/// <param name="ExpiresAt">When the clock looks at it.</param>
sealed record FirstWrite(OrderTransactionState Instance, string State, DateTimeOffset Now, DateTimeOffset? ExpiresAt)
{
    public bool TakesStock => State == TransactionStates.Prepared;
}

/// <summary>
/// Writes the first rows of many transactions in one MySQL transaction: orders, saga rows and log rows as multi-row inserts, then the
/// stock, aggregated by SKU, last, so that its hot row is locked for the shortest time.
/// </summary>
sealed class PrepareBatch(LedgerSession session, FaultPoints faults, ILogger logger) : IGroupCommitBatch<FirstWrite, LedgerOutcome>
{
    /// <summary>Other processes may take stock between our count and our write; after so many lost races something else is wrong.</summary>
    const int MaxRaces = 20;

    public async Task ExecuteAsync(IReadOnlyList<PendingRow<FirstWrite, LedgerOutcome>> rows, CancellationToken cancellationToken)
    {
        // Two deliveries of one order in one batch: the second is written after the first, and finds it there.
        var seen = new HashSet<Guid>(rows.Count);
        var first = new List<PendingRow<FirstWrite, LedgerOutcome>>(rows.Count);
        var repeats = new List<PendingRow<FirstWrite, LedgerOutcome>>();
        foreach (var row in rows)
            (seen.Add(row.Row.Instance.CorrelationId) ? first : repeats).Add(row);

        await WriteAsync(first, cancellationToken);
        foreach (var repeat in repeats)
            await WriteAsync([repeat], cancellationToken);
    }

    async Task WriteAsync(List<PendingRow<FirstWrite, LedgerOutcome>> rows, CancellationToken cancellationToken)
    {
        for (var attempt = 1; rows.Count > 0; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var taken = Taken(rows);
                var changed = await session.BeginAsync(Statements(rows, taken));
                if (changed == ExpectedChanges(rows) + taken.Count)
                {
                    await faults.PassAsync(KnownPoints.BeforeMySqlCommit, cancellationToken);
                    await session.CommitAsync();
                    await faults.PassAsync(KnownPoints.AfterMySqlCommit, cancellationToken);
                    Complete(rows, LedgerOutcome.Written);
                    return;
                }

                await session.RollbackAsync();
                var fitting = await WithoutSoldOutAsync(rows);
                if (fitting.Count == rows.Count && attempt > MaxRaces)
                    throw new InvalidOperationException($"{changed} rows changed where {ExpectedChanges(rows) + taken.Count} should have, though stock is left");

                rows = fitting;
            }
            catch (MySqlException exception) when (MySqlFaults.IsDuplicateKey(exception))
            {
                await session.RollbackAsync();
                var rest = await WithoutExistingAsync(rows);
                rows = rest.Count < rows.Count ? rest : await HalveAsync(rows, exception, cancellationToken);
            }
            catch (MySqlException exception) when (MySqlFaults.IsLockConflict(exception))
            {
                logger.LogDebug(exception, "A batch of {Rows} transactions lost a lock conflict and is written again", rows.Count);
                await session.RollbackAsync();
            }
            catch (Exception exception) when (exception is CommitOutcomeUnknownException or LostReplyException)
            {
                logger.LogWarning(exception, "COMMIT of {Rows} transactions has an unknown outcome: reading them back", rows.Count);
                rows = await WithoutDurableAsync(rows, cancellationToken);
            }
            catch (MySqlException exception) when (!MySqlFaults.IsTransient(exception))
            {
                await session.RollbackAsync();
                rows = await HalveAsync(rows, exception, cancellationToken);
            }
            catch (Exception)
            {
                await session.RollbackAsync();
                throw;
            }
        }
    }

    /// <summary>
    /// Somewhere in the batch is a bad row: its first half is written alone, the second is returned to be, until the row stands alone
    /// and gets the exception.
    /// </summary>
    async Task<List<PendingRow<FirstWrite, LedgerOutcome>>> HalveAsync(
        List<PendingRow<FirstWrite, LedgerOutcome>> rows, MySqlException exception, CancellationToken cancellationToken)
    {
        if (rows.Count == 1)
        {
            logger.LogError(exception, "Transaction {OrderId} can't be written", rows[0].Row.Instance.CorrelationId);
            rows[0].TrySetException(exception);
            return [];
        }

        await WriteAsync(rows[..(rows.Count / 2)], cancellationToken);
        return rows[(rows.Count / 2)..];
    }

    /// <summary>
    /// Some SKU has too little left for all of the batch: whoever came first gets what there is, the others are refused. The rows that fit
    /// are returned to be written; another writer may be faster again, and then this runs again.
    /// </summary>
    async Task<List<PendingRow<FirstWrite, LedgerOutcome>>> WithoutSoldOutAsync(List<PendingRow<FirstWrite, LedgerOutcome>> rows)
    {
        var keys = string.Join(",", Taken(rows).Keys.Select(x => $"({x.ActivityId},{x.SkuId})"));
        var left = (await session.QueryAsync(
                $"SELECT activity_id, sku_id, total - taken FROM stock WHERE (activity_id, sku_id) IN ({keys})",
                x => ((x.GetInt64(0), x.GetInt64(1)), Left: x.GetInt64(2))))
            .ToDictionary(x => x.Item1, x => x.Left);

        var fitting = new List<PendingRow<FirstWrite, LedgerOutcome>>(rows.Count);
        foreach (var row in rows)
        {
            var instance = row.Row.Instance;
            var key = (instance.ActivityId, instance.SkuId);
            if (!row.Row.TakesStock)
                fitting.Add(row);
            else if (left.TryGetValue(key, out var units) && units >= instance.Quantity)
            {
                left[key] = units - instance.Quantity;
                fitting.Add(row);
            }
            else
                row.SetOutcome(LedgerOutcome.SoldOut);
        }

        return fitting;
    }

    async Task<List<PendingRow<FirstWrite, LedgerOutcome>>> WithoutExistingAsync(List<PendingRow<FirstWrite, LedgerOutcome>> rows)
    {
        var existing = (await session.QueryAsync(
            $"SELECT correlation_id FROM order_transaction WHERE correlation_id IN ({Ids(rows)})", x => x.GetGuid(0))).ToHashSet();
        foreach (var row in rows.Where(x => existing.Contains(x.Row.Instance.CorrelationId)))
            row.SetOutcome(LedgerOutcome.Exists);

        return rows.Where(x => !existing.Contains(x.Row.Instance.CorrelationId)).ToList();
    }

    /// <summary>
    /// Reads back what an unanswered COMMIT made durable. Rows with this very fencing token are ours. What is not there is written again:
    /// should the lost transaction still be under way, the insert waits for it and then finds the duplicate.
    /// </summary>
    async Task<List<PendingRow<FirstWrite, LedgerOutcome>>> WithoutDurableAsync(
        List<PendingRow<FirstWrite, LedgerOutcome>> rows, CancellationToken cancellationToken)
    {
        var stored = await Retry.UntilAnsweredAsync(
            () => session.QueryAsync(
                $"SELECT correlation_id, fencing_token FROM order_transaction WHERE correlation_id IN ({Ids(rows)})",
                x => (Id: x.GetGuid(0), Token: x.GetInt64(1))),
            MySqlFaults.IsTransient, cancellationToken);
        var tokens = stored.ToDictionary(x => x.Id, x => x.Token);
        var missing = new List<PendingRow<FirstWrite, LedgerOutcome>>();
        foreach (var row in rows)
        {
            if (!tokens.TryGetValue(row.Row.Instance.CorrelationId, out var token))
                missing.Add(row);
            else
                row.SetOutcome(token == row.Row.Instance.FencingToken ? LedgerOutcome.Written : LedgerOutcome.Exists);
        }

        return missing;
    }

    /// <summary>The units that these rows take, by SKU.</summary>
    public static SortedDictionary<(long ActivityId, long SkuId), long> Taken(List<PendingRow<FirstWrite, LedgerOutcome>> rows)
        => StockText.UnitsOf(rows.Select(x => x.Row).Where(x => x.TakesStock).Select(x => x.Instance));

    static int ExpectedChanges(List<PendingRow<FirstWrite, LedgerOutcome>> rows) => rows.Count * 3;

    /// <summary>
    /// What writes these rows, in pieces. A column that has its default in all of a statement's rows is not named: MySQL would read each value that is written for it.
    /// </summary>
    public static IReadOnlyList<string> Statements(List<PendingRow<FirstWrite, LedgerOutcome>> rows, SortedDictionary<(long ActivityId, long SkuId), long> taken)
    {
        var sql = new SqlText();
        foreach (var kind in rows.Select(x => x.Row).GroupBy(x => !x.TakesStock))
        {
            foreach (var some in kind.Chunk(SqlText.RowsOfStatement))
            {
                AppendOrders(sql, some, refused: kind.Key);
                AppendTransactions(sql, some, refused: kind.Key);
                AppendLog(sql, some);
            }
        }

        StockText.Take(sql, taken);
        return sql.ToPieces();
    }

    static void AppendOrders(SqlText sql, FirstWrite[] writes, bool refused)
    {
        sql.Begin("INSERT INTO orders (order_id, activity_id, sku_id, buyer_id, quantity, amount_cents, status, idempotency_key, created_at")
            .Raw(refused ? ", reason, closed_at) VALUES " : ") VALUES ");
        for (var i = 0; i < writes.Length; i++)
        {
            var (instance, write) = (writes[i].Instance, writes[i]);
            sql.Raw(i == 0 ? "(" : ",(").Value(instance.CorrelationId).Comma().Value(instance.ActivityId).Comma().Value(instance.SkuId).Comma()
                .Value(instance.BuyerId).Comma().Value(instance.Quantity).Comma().Value(instance.AmountCents).Comma()
                .Value(refused ? OrderStatus.Failed : OrderStatus.Pending).Comma().Value(instance.IdempotencyKey).Comma().Value(instance.CreatedAt);
            if (refused)
                sql.Comma().Value(instance.Reason).Comma().Value(write.Now);
            sql.Raw(")");
        }

        sql.End();
    }

    static void AppendTransactions(SqlText sql, FirstWrite[] writes, bool refused)
    {
        sql.Begin("""
            INSERT INTO order_transaction (correlation_id, state, activity_id, sku_id, buyer_id, quantity, unit_price_cents, payment_window_seconds,
            idempotency_key, fencing_token, created_at, row_version
            """).Raw(refused ? ", retry_count, last_error, reason, decided_at) VALUES " : ", prepared_at, expires_at) VALUES ");
        for (var i = 0; i < writes.Length; i++)
        {
            var (instance, write) = (writes[i].Instance, writes[i]);
            sql.Raw(i == 0 ? "(" : ",(").Value(instance.CorrelationId).Comma().Value(write.State).Comma().Value(instance.ActivityId).Comma()
                .Value(instance.SkuId).Comma().Value(instance.BuyerId).Comma().Value(instance.Quantity).Comma()
                .Value(instance.UnitPriceCents).Comma().Value(instance.PaymentWindowSeconds).Comma().Value(instance.IdempotencyKey).Comma()
                .Value(instance.FencingToken).Comma().Value(instance.CreatedAt).Raw(",1,");
            if (refused)
                sql.Value(instance.RetryCount).Comma().Value(instance.LastError).Comma().Value(instance.Reason).Comma().Value(write.Now);
            else
                sql.Value(write.Now).Comma().Value(write.ExpiresAt);
            sql.Raw(")");
        }

        sql.End();
    }

    static void AppendLog(SqlText sql, FirstWrite[] writes)
    {
        sql.Begin(TransactionLogRow.InsertInto);
        for (var i = 0; i < writes.Length; i++)
        {
            var (instance, write) = (writes[i].Instance, writes[i]);
            sql.Raw(i == 0 ? "" : ",");
            TransactionLogRow.Append(sql, instance.CorrelationId, TransactionLogRow.StepOf(write.State), instance.Reason, TransactionLogRow.Saga,
                write.Now, write.Now - instance.CreatedAt);
        }

        sql.End();
    }

    static string Ids(List<PendingRow<FirstWrite, LedgerOutcome>> rows) => string.Join(",", rows.Select(x => $"'{x.Row.Instance.CorrelationId:D}'"));

    static void Complete(List<PendingRow<FirstWrite, LedgerOutcome>> rows, LedgerOutcome outcome)
    {
        foreach (var row in rows)
            row.SetOutcome(outcome);
    }
}
