namespace Seckill.Kafka;

/// <summary>
/// Is called around what the rider does that others can see: for tests that let it fail just there. What it throws is taken for a failure of Kafka's at
/// this place.
/// </summary>
public interface IKafkaInterceptor
{
    /// <summary>A record is about to be produced.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="message">Its message; null for a record that can't be handled, on its way to the dead-letter topic.</param>
    /// <param name="cancellationToken">Of the caller.</param>
    ValueTask BeforeProduceAsync(string topic, object? message, CancellationToken cancellationToken);

    /// <summary>Kafka has confirmed a record, its caller does not know.</summary>
    /// <inheritdoc cref="BeforeProduceAsync" path="/param"/>
    ValueTask AfterProduceAsync(string topic, object? message, CancellationToken cancellationToken);

    /// <summary>Offsets are about to be stored, on the thread that reads; that one waits.</summary>
    /// <param name="topic">The topic that is read.</param>
    void BeforeOffsetStore(string topic);

    /// <summary>They are stored, and will be committed with the next checkpoint.</summary>
    /// <inheritdoc cref="BeforeOffsetStore" path="/param"/>
    void AfterOffsetStore(string topic);
}
