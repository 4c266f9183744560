namespace Seckill.Contracts;

/// <summary>The RabbitMQ queues of the system: commands of people and of the clock, never the hot path.</summary>
public static class QueueNames
{
    /// <summary>Commands to the transaction of an order: cancel, pay, roll back, resume.</summary>
    public const string OrderTransaction = "order-transaction";
}
