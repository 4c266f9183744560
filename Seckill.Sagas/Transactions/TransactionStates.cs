using Seckill.Contracts;

namespace Seckill.Sagas.Transactions;

/// <summary>The names of the transaction's states, as column <c>order_transaction.state</c> holds them.</summary>
public static class TransactionStates
{
    /// <summary>Nothing was done yet. Only in memory.</summary>
    public const string Initial = nameof(Initial);

    /// <summary>Both participants are being asked. Only in memory: until MySQL has the row, the write-ahead entry stands for it.</summary>
    public const string Preparing = nameof(Preparing);

    /// <summary>Both participants hold the units; not decided.</summary>
    public const string Prepared = nameof(Prepared);

    /// <summary>Decided: the units are sold, to be paid before the deadline.</summary>
    public const string Committed = nameof(Committed);

    /// <summary>Paid.</summary>
    public const string Paid = nameof(Paid);

    /// <summary>Decided: nothing is sold. MySQL has given the units back, Redis not yet for sure.</summary>
    public const string RollingBack = nameof(RollingBack);

    /// <summary>Rolled back everywhere.</summary>
    public const string RolledBack = nameof(RolledBack);

    /// <summary>A committed order was given up. MySQL has given the units back, Redis not yet for sure.</summary>
    public const string Cancelling = nameof(Cancelling);

    /// <summary>Cancelled everywhere.</summary>
    public const string Cancelled = nameof(Cancelled);

    /// <summary>A payment came too late and is being given back.</summary>
    public const string Refunding = nameof(Refunding);

    /// <summary>A late payment was given back.</summary>
    public const string Refunded = nameof(Refunded);

    /// <summary>What the buyer is told of an order whose transaction is in <paramref name="state"/>: one of <see cref="OrderStatus"/>.</summary>
    public static string OrderStatusOf(string state) => state switch
    {
        Preparing or Prepared => OrderStatus.Pending,
        Committed => OrderStatus.Confirmed,
        Paid => OrderStatus.Paid,
        RollingBack or RolledBack => OrderStatus.Failed,
        Cancelling or Cancelled or Refunding or Refunded => OrderStatus.Cancelled,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state"),
    };
}
