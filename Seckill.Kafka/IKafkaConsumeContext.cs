namespace Seckill.Kafka;

/// <summary>
/// Where a consumed message came from. A consumer gets it by <c>context.TryGetPayload&lt;IKafkaConsumeContext&gt;(out var record)</c>.
/// </summary>
public interface IKafkaConsumeContext
{
    /// <summary>The topic.</summary>
    string Topic { get; }

    /// <summary>The partition.</summary>
    int Partition { get; }

    /// <summary>The offset.</summary>
    long Offset { get; }

    /// <summary>The key as text, or null.</summary>
    string? Key { get; }

    /// <summary>The consumer group.</summary>
    string GroupId { get; }

    /// <summary>1 for the first attempt at this record since it was read.</summary>
    int Attempt { get; }
}
