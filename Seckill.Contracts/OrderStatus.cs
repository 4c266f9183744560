namespace Seckill.Contracts;

/// <summary>What a buyer is told of an order, and what column <c>orders.status</c> holds.</summary>
public static class OrderStatus
{
    /// <summary>Admitted; the transaction has not decided yet.</summary>
    public const string Pending = "pending";

    /// <summary>The transaction committed: the units are the buyer's, to be paid before the deadline.</summary>
    public const string Confirmed = "confirmed";

    /// <summary>Paid in time.</summary>
    public const string Paid = "paid";

    /// <summary>Given up by the buyer, or not paid before the deadline; the units went back.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The transaction rolled back; nothing was taken.</summary>
    public const string Failed = "failed";

    /// <summary>Whether <paramref name="status"/> can't change any more.</summary>
    public static bool IsFinal(string status) => status is Paid or Cancelled or Failed;
}
