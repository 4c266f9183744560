namespace Seckill.Kafka;

/// <summary>
/// Kafka cannot be reached, did not answer within the message time-out, or the local queue is full because it does not answer. Trying again
/// later helps.
/// </summary>
public sealed class KafkaUnavailableException : KafkaProduceException
{
    /// <inheritdoc/>
    public KafkaUnavailableException(string topic, string code, string reason, Exception? innerException = null)
        : base(topic, code, reason, innerException)
    {
    }
}
