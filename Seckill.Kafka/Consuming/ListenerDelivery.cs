namespace Seckill.Kafka.Consuming;

/// <summary>Gives messages to a method.</summary>
sealed class ListenerDelivery<T>(Action<T> hear) : IRecordDelivery<T>
    where T : class
{
    public Task Deliver(PendingRecord record, T message, int attempt)
    {
        hear(message);
        return Task.CompletedTask;
    }
}
