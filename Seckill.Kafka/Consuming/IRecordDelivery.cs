namespace Seckill.Kafka.Consuming;

/// <summary>Gives a record's message to whoever handles it.</summary>
interface IRecordDelivery<in T>
    where T : class
{
    /// <summary>One attempt; what it throws decides about the next.</summary>
    Task Deliver(PendingRecord record, T message, int attempt);
}
