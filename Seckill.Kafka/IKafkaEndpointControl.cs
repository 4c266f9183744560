namespace Seckill.Kafka;

/// <summary>One topic endpoint at run time.</summary>
public interface IKafkaEndpointControl
{
    /// <summary>The topic that is read.</summary>
    string Topic { get; }

    /// <summary>The consumer group.</summary>
    string GroupId { get; }

    /// <summary>True after <see cref="Pause"/> until <see cref="Resume"/>.</summary>
    bool IsPaused { get; }

    /// <summary>Partitions that this process reads at the moment.</summary>
    int AssignedPartitions { get; }

    /// <summary>Records taken from Kafka and not done with.</summary>
    int InFlight { get; }

    /// <summary>Records behind the committed offset in each partition that this process reads, as of a second ago.</summary>
    IReadOnlyDictionary<int, long> Lags { get; }

    /// <summary>Records that came from brokers, as of a second ago, again each time that one came again.</summary>
    long Fetched { get; }

    /// <summary>Records in the assigned partitions behind the committed offset, as of a second ago.</summary>
    long Lag => Lags.Values.Sum();

    /// <summary>Stops taking records; those in flight are finished, and the partitions stay assigned.</summary>
    void Pause();

    /// <summary>Takes records again.</summary>
    void Resume();
}
