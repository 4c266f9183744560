using Microsoft.Extensions.Logging;

using Seckill.Contracts;
using Seckill.Faults;
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

/// <summary>Writes the decisions of many prepared transactions in one MySQL transaction, many with each statement.</summary>
sealed class CommitBatch(LedgerSession session, FaultPoints faults, TimeProvider clock, ILogger logger) : ChangeBatch<CommitWrite>(session, logger)
{
    protected override OrderTransactionState InstanceOf(CommitWrite write) => write.Instance;

    protected override ValueTask BeforeCommitAsync(CancellationToken cancellationToken) => faults.PassAsync(KnownPoints.BeforeMySqlCommit, cancellationToken);

    protected override ValueTask AfterCommitAsync(CancellationToken cancellationToken) => faults.PassAsync(KnownPoints.AfterMySqlCommit, cancellationToken);

    protected override (IReadOnlyList<string> Sql, int Changes) Statements(IReadOnlyList<CommitWrite> writes)
    {
        var now = clock.GetUtcNow();
        foreach (var write in writes)
            write.DecidedAt = now;

        var sql = new SqlText();
        foreach (var group in writes.GroupBy(x => (x.Instance.RowVersion, x.PayBy), x => x.Instance))
        {
            var (version, payBy) = group.Key;
            foreach (var some in group.Chunk(SqlText.RowsOfStatement))
            {
                var ids = Ids(some);
                sql.Begin("UPDATE order_transaction SET state = 'Committed', decided_at = ").Value(now).Raw(", expires_at = ").Value(payBy)
                    .Raw(", last_error = NULL, row_version = row_version + 1 WHERE state = 'Prepared' AND row_version = ").Value(version)
                    .Raw(" AND correlation_id IN (").Raw(ids).Raw(")").End();
                sql.Begin("UPDATE orders SET status = '").Raw(OrderStatus.Confirmed).Raw("', confirmed_at = ").Value(now).Raw(", pay_by = ").Value(payBy)
                    .Raw(" WHERE status = '").Raw(OrderStatus.Pending).Raw("' AND order_id IN (").Raw(ids).Raw(")").End();
                AppendLog(sql, some, now);
            }
        }

        return (sql.ToPieces(), writes.Count * 3);
    }

    static void AppendLog(SqlText sql, OrderTransactionState[] instances, DateTimeOffset now)
    {
        sql.Begin(TransactionLogRow.InsertInto);
        for (var i = 0; i < instances.Length; i++)
        {
            sql.Raw(i == 0 ? "" : ",");
            TransactionLogRow.Append(
                sql, instances[i].CorrelationId, TransactionLogRow.StepOf(TransactionStates.Committed), null, TransactionLogRow.Saga, now,
                now - instances[i].PreparedAt);
        }

        sql.End();
    }
}
