namespace Seckill.Kafka;

/// <summary>
/// Produces messages of one type to the topic that it was registered for. Safe for use from many threads; one instance serves the process.
/// </summary>
/// <typeparam name="T">The message's type.</typeparam>
public interface ITopicProducer<T>
    where T : class
{
    /// <summary>Produces a message under the key that the registration derives from it; completes when all in-sync replicas have it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait; the record is under way all the same.</param>
    /// <exception cref="KafkaUnavailableException">Kafka cannot be reached, or the local queue is full.</exception>
    /// <exception cref="KafkaProduceException">Kafka refused the record.</exception>
    Task Produce(T message, CancellationToken cancellationToken = default);

    /// <summary>Produces a message under a key and with headers of the caller's choice.</summary>
    /// <param name="key">The key, or null for none.</param>
    /// <param name="message">The message.</param>
    /// <param name="headers">Headers besides those of <see cref="KafkaHeaderNames"/>.</param>
    /// <param name="cancellationToken">Ends the wait; the record is under way all the same.</param>
    /// <exception cref="KafkaUnavailableException">Kafka cannot be reached, or the local queue is full.</exception>
    /// <exception cref="KafkaProduceException">Kafka refused the record.</exception>
    Task Produce(string? key, T message, IEnumerable<KeyValuePair<string, string>>? headers = null, CancellationToken cancellationToken = default);
}
