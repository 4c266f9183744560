using Dapper;

using MySql.Data.MySqlClient;

using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.GroupCommit;

/// <summary>
/// Writes the changes of a stored transaction that are off the hot path (roll back, cancel, pay, refund, and a commit that recovery
/// took up), each in a MySQL transaction of its own: saga row, order row, log row, and the stock last.
/// </summary>
sealed class TransitionWriter(MySqlDatabase database)
{
    const string UpdateTransaction = """
        UPDATE order_transaction
        SET state = @CurrentState, fencing_token = @FencingToken, retry_count = @RetryCount, last_error = @LastError, reason = @Reason,
            payment_id = @PaymentId, decided_at = @decidedAt, expires_at = @expiresAt, row_version = row_version + 1
        WHERE correlation_id = @id AND state = @StoredState AND row_version = @RowVersion AND fencing_token <= @FencingToken
        """;

    const string InsertLog = """
        INSERT INTO transaction_log (correlation_id, step, detail, actor, occurred_at, duration_us)
        VALUES (@id, @step, @detail, @actor, @now, NULL)
        """;

    /// <summary>Writes the instance as it stands now; it was <see cref="OrderTransactionState.StoredState"/> before.</summary>
    /// <returns>Written, or Conflict when the row is not as the instance was loaded, or has seen a newer fencing token.</returns>
    public async Task<LedgerOutcome> WriteAsync(
        OrderTransactionState instance, DateTimeOffset now, string actor, string? detail, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var parameters = new
        {
            id = instance.CorrelationId.ToString("D"),
            instance.CurrentState,
            instance.StoredState,
            instance.RowVersion,
            instance.FencingToken,
            instance.RetryCount,
            LastError = Truncate(instance.LastError, 512),
            instance.Reason,
            instance.PaymentId,
            instance.ActivityId,
            instance.SkuId,
            instance.Quantity,
            decidedAt = instance.DecidedAt?.UtcDateTime,
            expiresAt = instance.ExpiresAt?.UtcDateTime,
            now = now.UtcDateTime,
            step = TransactionLogRow.StepOf(instance.CurrentState),
            detail = Truncate(detail, 512),
            actor = Truncate(actor, 64),
        };
        if (await connection.ExecuteAsync(UpdateTransaction, parameters, transaction) != 1)
        {
            await transaction.RollbackAsync(cancellationToken);
            return LedgerOutcome.Conflict;
        }

        if (OrderStatement(instance) is { } updateOrder && await connection.ExecuteAsync(updateOrder, parameters, transaction) != 1)
            throw new InvalidOperationException($"Order {instance.CorrelationId} is not as its transaction ({instance.StoredState}) says");

        await connection.ExecuteAsync(InsertLog, parameters, transaction);
        if (ReturnsStock(instance) && await connection.ExecuteAsync(
                "UPDATE stock SET taken = taken - @Quantity WHERE activity_id = @ActivityId AND sku_id = @SkuId AND taken >= @Quantity",
                parameters, transaction) != 1)
            throw new InvalidOperationException($"Stock of SKU {instance.SkuId} in activity {instance.ActivityId} has fewer than {instance.Quantity} taken");

        await CommitAsync(transaction, cancellationToken);
        return LedgerOutcome.Written;
    }

    static async Task CommitAsync(MySqlTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            await transaction.CommitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is MySqlException or IOException)
        {
            throw new CommitOutcomeUnknownException(exception);
        }
    }

    static bool ReturnsStock(OrderTransactionState instance) => (instance.StoredState, instance.CurrentState) is
        (TransactionStates.Prepared, TransactionStates.RollingBack) or (TransactionStates.Committed, TransactionStates.Cancelling);

    static string? OrderStatement(OrderTransactionState instance) => (instance.StoredState, instance.CurrentState) switch
    {
        (TransactionStates.Prepared, TransactionStates.Committed) =>
            $"UPDATE orders SET status = '{OrderStatus.Confirmed}', confirmed_at = @now, pay_by = @expiresAt WHERE order_id = @id AND status = '{OrderStatus.Pending}'",
        (TransactionStates.Prepared, TransactionStates.RollingBack) =>
            $"UPDATE orders SET status = '{OrderStatus.Failed}', reason = @Reason, closed_at = @now WHERE order_id = @id AND status = '{OrderStatus.Pending}'",
        (TransactionStates.Committed, TransactionStates.Cancelling) =>
            $"UPDATE orders SET status = '{OrderStatus.Cancelled}', reason = @Reason, closed_at = @now WHERE order_id = @id AND status = '{OrderStatus.Confirmed}'",
        (TransactionStates.Committed, TransactionStates.Paid) =>
            $"UPDATE orders SET status = '{OrderStatus.Paid}', paid_at = @now, closed_at = @now WHERE order_id = @id AND status = '{OrderStatus.Confirmed}'",
        (TransactionStates.Refunding, TransactionStates.Refunded) =>
            $"UPDATE orders SET refunded_at = @now WHERE order_id = @id AND status = '{OrderStatus.Cancelled}'",
        _ => null,
    };

    static string? Truncate(string? text, int length) => text is null || text.Length <= length ? text : text[..length];
}
