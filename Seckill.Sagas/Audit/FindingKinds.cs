namespace Seckill.Sagas.Audit;

/// <summary>Stable names of the differences that an audit can find.</summary>
public static class FindingKinds
{
    /// <summary>In Redis, total is not available + reserved + sold.</summary>
    public const string StockSum = "stock_sum";

    /// <summary>A SKU's total in Redis is not the one in MySQL, or Redis does not have the SKU.</summary>
    public const string StockTotal = "stock_total";

    /// <summary>Reserved or sold units of a SKU are below zero.</summary>
    public const string StockNegative = "stock_negative";

    /// <summary>Redis counts other units reserved than its write-ahead entries stand for.</summary>
    public const string ReservedUnits = "reserved_units";

    /// <summary>Redis counts other units sold than MySQL's committed orders have.</summary>
    public const string SoldUnits = "sold_units";

    /// <summary><c>stock.taken</c> is not the sum of the live orders.</summary>
    public const string TakenUnits = "taken_units";

    /// <summary>More units are taken than there are.</summary>
    public const string Oversold = "oversold";

    /// <summary>An order, or stock, of an activity or SKU that MySQL does not have.</summary>
    public const string UnknownSku = "unknown_sku";

    /// <summary>An order row without a transaction row.</summary>
    public const string OrderWithoutTransaction = "order_without_transaction";

    /// <summary>A transaction row without an order row.</summary>
    public const string TransactionWithoutOrder = "transaction_without_order";

    /// <summary>An order's row and its transaction's differ in activity, SKU, buyer or quantity.</summary>
    public const string OrderFields = "order_fields";

    /// <summary>An order's status does not go with its transaction's state.</summary>
    public const string StatusAndState = "status_and_state";

    /// <summary>No decision although the time-out has passed.</summary>
    public const string Undecided = "undecided";

    /// <summary>Decided, and the clean-up behind it unfinished although the time-out has passed.</summary>
    public const string HalfDone = "half_done";

    /// <summary>The order's record in Redis does not go with its decision in MySQL.</summary>
    public const string RecordState = "record_state";

    /// <summary>The order's record in Redis differs from its row in SKU, buyer or quantity.</summary>
    public const string RecordFields = "record_fields";

    /// <summary>An order is reserved in Redis and has no write-ahead entry: after a crash nobody would find it.</summary>
    public const string EntryMissing = "entry_missing";

    /// <summary>A write-ahead entry without a record, or of an order that Redis has decided.</summary>
    public const string EntryBroken = "entry_broken";

    /// <summary>A write-ahead entry older than the time-out without a transaction in MySQL.</summary>
    public const string EntryWithoutTransaction = "entry_without_transaction";

    /// <summary>A buyer holds more units than the activity allows.</summary>
    public const string BuyerOverLimit = "buyer_over_limit";

    /// <summary>Redis counts other units for a buyer than the buyer's orders have.</summary>
    public const string BuyerUnits = "buyer_units";

    /// <summary>One idempotency key stands for more than one order.</summary>
    public const string RepeatedKey = "repeated_key";

    /// <summary>An order was admitted or accepted and is in no book.</summary>
    public const string LostOrder = "lost_order";

    /// <summary>An accepted order belongs to another activity than the one that it was placed in.</summary>
    public const string AcceptedElsewhere = "accepted_elsewhere";

    /// <summary>An open activity has no stock in Redis, or is stuck in a rebuild.</summary>
    public const string StockNotReady = "stock_not_ready";
}
