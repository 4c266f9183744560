using Confluent.Kafka;

namespace Seckill.Kafka;

/// <summary>How records are produced. Confirmation by all in-sync replicas and idempotence are not up for choice.</summary>
public sealed class KafkaProducerOptions
{
    /// <summary>How long a record waits for its confirmation, retries included, before its producer is told that Kafka is unavailable.</summary>
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a record waits for others to share its request. Without it records share one all the same while many come: a broker is sent a few requests at a time, and
    /// what comes meanwhile goes with the next.
    /// </summary>
    public TimeSpan Linger { get; set; } = TimeSpan.Zero;

    /// <summary>Unconfirmed records that this process holds at most; one more is refused at once.</summary>
    public int MaxQueuedRecords { get; set; } = 100_000;

    /// <summary>How the batches of a topic are compressed.</summary>
    public CompressionType Compression { get; set; } = CompressionType.None;
}
