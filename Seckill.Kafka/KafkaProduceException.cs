namespace Seckill.Kafka;

/// <summary>A record was not confirmed by Kafka. It may have been stored all the same, so producing it again can duplicate it.</summary>
public class KafkaProduceException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="code">The client's or the broker's error code, by name.</param>
    /// <param name="reason">What the client says.</param>
    /// <param name="innerException">Where it came from, if it was thrown.</param>
    public KafkaProduceException(string topic, string code, string reason, Exception? innerException = null)
        : base($"Kafka did not confirm a record for topic '{topic}': {reason} ({code}).", innerException)
    {
        Topic = topic;
        Code = code;
    }

    /// <summary>The topic that the record was meant for.</summary>
    public string Topic { get; }

    /// <summary>The client's or the broker's error code, by name.</summary>
    public string Code { get; }
}
