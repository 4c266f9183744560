namespace Seckill.Kafka;

/// <summary>Whether brokers answer.</summary>
public enum KafkaReachability
{
    /// <summary>Nothing is known yet: the first connection is being made.</summary>
    Unknown,

    /// <summary>At least one broker answers.</summary>
    Reachable,

    /// <summary>No broker answers.</summary>
    Unreachable,
}
