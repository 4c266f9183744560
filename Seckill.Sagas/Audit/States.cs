using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Audit;

/// <summary>Which words go together: of orders and transactions in MySQL, and of records in Redis.</summary>
static class States
{
    public const string Admitted = "a";
    public const string Prepared = "p";
    public const string Committed = "c";
    public const string Released = "r";

    static readonly HashSet<string> Stored =
    [
        TransactionStates.Prepared, TransactionStates.Committed, TransactionStates.Paid, TransactionStates.RollingBack, TransactionStates.RolledBack,
        TransactionStates.Cancelling, TransactionStates.Cancelled, TransactionStates.Refunding, TransactionStates.Refunded,
    ];

    /// <summary>The status that an order has while its transaction is in a state; null for a state that is never stored.</summary>
    public static string? StatusOf(string state) => Stored.Contains(state) ? TransactionStates.OrderStatusOf(state) : null;

    /// <summary>The order's units count as taken.</summary>
    public static bool IsLive(string status) => status is OrderStatus.Pending or OrderStatus.Confirmed or OrderStatus.Paid;

    /// <summary>The transaction decided for the order, and that stands.</summary>
    public static bool IsSold(string? state) => state is TransactionStates.Committed or TransactionStates.Paid;

    /// <summary>The units went back, in both stores.</summary>
    public static bool IsOver(string? state) => state is TransactionStates.RolledBack or TransactionStates.Cancelled or TransactionStates.Refunded;

    /// <summary>
    /// The states that an order's record in Redis can have at an instant at which its transaction has the given one; null when any will do.
    /// Redis goes first on the way to a decision and MySQL goes first on the way back, so only some pairs ever exist.
    /// </summary>
    public static string[]? RecordsOf(string state) => state switch
    {
        TransactionStates.Prepared => [Admitted, Prepared, Committed],
        TransactionStates.Committed or TransactionStates.Paid => [Committed],
        _ when IsOver(state) => [Released, ""],
        _ => null,
    };

    /// <summary>
    /// What a record stands for: its state, or nothing when it is of an older epoch, which a rebuild did not count. A tombstone refuses
    /// late calls in every epoch.
    /// </summary>
    public static string Standing(StockRecord? record, string? epoch)
        => record is not null && (record.Epoch == epoch || record.State == Released) ? record.State : "";

    /// <summary>A record's state in words.</summary>
    public static string Describe(string? recordState) => recordState switch
    {
        null or "" => "no record",
        Admitted => "admitted",
        Prepared => "prepared",
        Committed => "committed",
        Released => "released",
        _ => $"'{recordState}'",
    };
}
