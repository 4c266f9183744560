using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.GroupCommit;

/// <summary>Rows of table <c>transaction_log</c>.</summary>
static class TransactionLogRow
{
    public const string InsertInto = "INSERT INTO transaction_log (correlation_id, step, detail, actor, occurred_at, duration_us) VALUES ";

    /// <summary>Actor: the transaction itself, in its normal course.</summary>
    public const string Saga = "saga";

    /// <summary>The step that brings a transaction to <paramref name="state"/>.</summary>
    public static string StepOf(string state) => state switch
    {
        TransactionStates.Prepared => "prepared",
        TransactionStates.Committed => "committed",
        TransactionStates.Paid => "paid",
        TransactionStates.RollingBack => "rolling_back",
        TransactionStates.RolledBack => "rolled_back",
        TransactionStates.Cancelling => "cancelling",
        TransactionStates.Cancelled => "cancelled",
        TransactionStates.Refunding => "refunding",
        TransactionStates.Refunded => "refunded",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No step of the log brings a transaction to this state"),
    };

    /// <summary>Appends one row of values.</summary>
    public static void Append(
        SqlText sql, Guid correlationId, string step, string? detail, string actor, DateTimeOffset at, TimeSpan? duration)
    {
        sql.Raw("(").Value(correlationId).Comma().Value(step).Comma().Value(detail).Comma().Value(actor).Comma().Value(at).Comma();
        if (duration is null)
            sql.Raw("NULL");
        else
            sql.Value(Math.Max(0, (long)duration.Value.TotalMicroseconds));

        sql.Raw(")");
    }
}
