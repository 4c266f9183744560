using Microsoft.Extensions.Logging;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.GroupCommit;

/// <summary>A change of a stored transaction that is not the usual commit.</summary>
/// <param name="Instance">The transaction; not changed here.</param>
/// <param name="Now">When.</param>
/// <param name="Actor">Who does it, for the log.</param>
/// <param name="Detail">Why, for the log.</param>
sealed record TransitionWrite(OrderTransactionState Instance, DateTimeOffset Now, string Actor, string? Detail);

/// <summary>
/// Writes roll-backs, cancellations, payments, refunds, and commits that recovery took up: one by one they would wait for each other's COMMIT at the row of
/// their stock, when a sale's unpaid orders are all cancelled at once. The stock is last, so that its row is locked for the shortest time.
/// </summary>
sealed class TransitionBatch(LedgerSession session, FaultPoints faults, ILogger logger) : ChangeBatch<TransitionWrite>(session, logger)
{
    protected override OrderTransactionState InstanceOf(TransitionWrite write) => write.Instance;

    protected override ValueTask BeforeCommitAsync(CancellationToken cancellationToken) => faults.PassAsync(KnownPoints.BeforeTransitionCommit, cancellationToken);

    protected override ValueTask AfterCommitAsync(CancellationToken cancellationToken) => faults.PassAsync(KnownPoints.AfterTransitionCommit, cancellationToken);

    protected override (IReadOnlyList<string> Sql, int Changes) Statements(IReadOnlyList<TransitionWrite> writes)
    {
        var (sql, changes) = (new SqlText(), 0);
        foreach (var write in writes)
        {
            AppendTransaction(sql, write.Instance);
            changes += 2 + (AppendOrder(sql, write) ? 1 : 0);
        }

        foreach (var some in writes.Chunk(SqlText.RowsOfStatement))
            AppendLog(sql, some);

        var returned = StockText.UnitsOf(writes.Select(x => x.Instance).Where(ReturnsStock));
        StockText.Return(sql, returned);
        return (sql.ToPieces(), changes + returned.Count);
    }

    static void AppendLog(SqlText sql, TransitionWrite[] writes)
    {
        sql.Begin(TransactionLogRow.InsertInto);
        for (var i = 0; i < writes.Length; i++)
        {
            var (instance, now, actor, detail) = writes[i];
            sql.Raw(i == 0 ? "" : ",");
            TransactionLogRow.Append(
                sql, instance.CorrelationId, TransactionLogRow.StepOf(instance.CurrentState), Truncate(detail, 512), Truncate(actor, 64)!, now, null);
        }

        sql.End();
    }

    static void AppendTransaction(SqlText sql, OrderTransactionState instance) => sql
        .Begin("UPDATE order_transaction SET state = ").Value(instance.CurrentState)
        .Raw(", fencing_token = ").Value(instance.FencingToken)
        .Raw(", retry_count = ").Value(instance.RetryCount)
        .Raw(", last_error = ").Value(Truncate(instance.LastError, 512))
        .Raw(", reason = ").Value(instance.Reason)
        .Raw(", payment_id = ").Value(instance.PaymentId)
        .Raw(", paid_cents = ").Value(instance.PaidCents)
        .Raw(", decided_at = ").Value(instance.DecidedAt)
        .Raw(", expires_at = ").Value(instance.ExpiresAt)
        .Raw(", row_version = row_version + 1 WHERE correlation_id = ").Value(instance.CorrelationId)
        .Raw(" AND state = ").Value(instance.StoredState)
        .Raw(" AND row_version = ").Value(instance.RowVersion)
        .Raw(" AND fencing_token <= ").Value(instance.FencingToken).End();

    /// <summary>Appends what becomes of the order, if anything does.</summary>
    static bool AppendOrder(SqlText sql, TransitionWrite write)
    {
        var (instance, now) = (write.Instance, write.Now);
        string from;
        switch (instance.StoredState, instance.CurrentState)
        {
            case (TransactionStates.Prepared, TransactionStates.Committed):
                from = OrderStatus.Pending;
                Set(OrderStatus.Confirmed).Raw(", confirmed_at = ").Value(now).Raw(", pay_by = ").Value(instance.ExpiresAt);
                break;
            case (TransactionStates.Prepared, TransactionStates.RollingBack):
                from = OrderStatus.Pending;
                Set(OrderStatus.Failed).Raw(", reason = ").Value(instance.Reason).Raw(", closed_at = ").Value(now);
                break;
            case (TransactionStates.Committed, TransactionStates.Cancelling):
                from = OrderStatus.Confirmed;
                Set(OrderStatus.Cancelled).Raw(", reason = ").Value(instance.Reason).Raw(", closed_at = ").Value(now);
                break;
            case (TransactionStates.Committed, TransactionStates.Paid):
                from = OrderStatus.Confirmed;
                Set(OrderStatus.Paid).Raw(", paid_at = ").Value(now).Raw(", closed_at = ").Value(now);
                break;
            case (TransactionStates.Refunding, TransactionStates.Refunded):
                from = OrderStatus.Cancelled;
                sql.Begin("UPDATE orders SET refunded_at = ").Value(now);
                break;
            default:
                return false;
        }

        sql.Raw(" WHERE order_id = ").Value(instance.CorrelationId).Raw(" AND status = ").Value(from).End();
        return true;

        SqlText Set(string status) => sql.Begin("UPDATE orders SET status = ").Value(status);
    }

    static bool ReturnsStock(OrderTransactionState instance) => (instance.StoredState, instance.CurrentState) is
        (TransactionStates.Prepared, TransactionStates.RollingBack) or (TransactionStates.Committed, TransactionStates.Cancelling);

    static string? Truncate(string? text, int length) => text is null || text.Length <= length ? text : text[..length];
}
