namespace Seckill.Kafka;

/// <summary>
/// How often a record that throws is tried again, in place: it holds its key meanwhile. The last failure sends it to the dead-letter topic.
/// </summary>
public sealed class KafkaRetryOptions
{
    /// <summary>Attempts in all, the first one included.</summary>
    public int Attempts { get; set; } = 3;

    /// <summary>Wait before the second attempt.</summary>
    public TimeSpan InitialInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>What each wait is multiplied with to give the next one.</summary>
    public double BackoffFactor { get; set; } = 1.5;

    /// <summary>The longest wait.</summary>
    public TimeSpan MaxInterval { get; set; } = TimeSpan.FromSeconds(5);
}
