namespace Seckill.Contracts;

/// <summary>The Kafka topics of the system. Every topic is keyed by order id unless it says otherwise.</summary>
public static class TopicNames
{
    /// <summary><see cref="SeckillRequested"/>: orders that were admitted and wait for their transaction.</summary>
    public const string OrderEvents = "order_events";

    /// <summary><see cref="StockChanged"/>: stock that came back or was rebuilt. Keyed by activity id.</summary>
    public const string StockEvents = "stock_events";

    /// <summary><see cref="OrderStatusChanged"/>: what became of an order.</summary>
    public const string OrderResults = "order_results";

    /// <summary>Orders that need compensation.</summary>
    public const string Compensation = "compensation";

    /// <summary>Orders whose compensation was given up, with cause and history.</summary>
    public const string CompensationDeadLetter = "compensation_dlq";

    /// <summary>The dead-letter topic of a topic: where the rider puts records that it could not handle.</summary>
    /// <param name="topic">The topic the record was read from.</param>
    public static string DeadLetterOf(string topic) => topic + "_dead_letter";
}
