namespace Seckill.Ledger.Transactions;

/// <summary>Which transactions are listed, newest first.</summary>
public sealed record TransactionFilter
{
    /// <summary>What column <c>order_transaction.state</c> can hold.</summary>
    public static readonly IReadOnlyList<string> States =
        ["Prepared", "Committed", "Paid", "RollingBack", "RolledBack", "Cancelling", "Cancelled", "Refunding", "Refunded"];

    /// <summary>Only those in this state: one of <see cref="States"/>.</summary>
    public string? State { get; init; }

    /// <summary>Only those that began before this.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>The last transaction of the page before.</summary>
    public Guid? After { get; init; }

    /// <summary>How many at most.</summary>
    public required int Limit { get; init; }
}
