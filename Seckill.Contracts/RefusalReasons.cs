namespace Seckill.Contracts;

/// <summary>Stable codes of business refusals: in problem details (<c>code</c>), in <c>orders.reason</c> and in the transaction log.</summary>
public static class RefusalReasons
{
    /// <summary>No unit is left.</summary>
    public const string SoldOut = "sold_out";

    /// <summary>The buyer holds an order up to the limit already.</summary>
    public const string AlreadyOrdered = "already_ordered";

    /// <summary>Outside the activity's window.</summary>
    public const string ActivityNotOpen = "activity_not_open";

    /// <summary>No decision before the transaction's time-out.</summary>
    public const string TimedOut = "timed_out";

    /// <summary>The reservation had been released before the transaction reached it.</summary>
    public const string ReservationReleased = "reservation_released";

    /// <summary>Redis had stock and MySQL had none: MySQL has the last word.</summary>
    public const string StockDisagreement = "stock_disagreement";

    /// <summary>An operator rolled the transaction back.</summary>
    public const string RolledBackByOperator = "rolled_back_by_operator";

    /// <summary>The buyer cancelled.</summary>
    public const string CancelledByBuyer = "cancelled_by_buyer";

    /// <summary>Not paid before the deadline.</summary>
    public const string PaymentDeadlinePassed = "payment_deadline_passed";

    /// <summary>A fault that retries did not cure.</summary>
    public const string Fault = "fault";
}
