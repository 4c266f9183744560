namespace Seckill.Ledger.Transactions;

/// <summary>What column <c>order_transaction.state</c> holds.</summary>
public static class TransactionStates
{
    /// <summary>Every state that a row can be in.</summary>
    public static readonly IReadOnlyList<string> All =
        ["Prepared", "Committed", "Paid", "RollingBack", "RolledBack", "Cancelling", "Cancelled", "Refunding", "Refunded"];
}
