namespace Seckill.Kafka;

/// <summary>What this process knows about the Kafka cluster, from its connections and its deliveries. Reading it costs nothing.</summary>
public interface IKafkaHealth
{
    /// <summary>Whether brokers answer, at most a second or two old.</summary>
    KafkaReachability Reachability { get; }

    /// <summary>Since when <see cref="Reachability"/> has been what it is.</summary>
    DateTimeOffset Since { get; }

    /// <summary>The last connection error, kept after recovery; null if there was none.</summary>
    string? LastError { get; }
}
