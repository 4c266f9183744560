namespace Seckill.Kafka;

/// <summary>The topic endpoints of this process, known once the bus has been built.</summary>
public interface IKafkaEndpoints : IEnumerable<IKafkaEndpointControl>
{
    /// <summary>The endpoint that reads a topic for a group.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="groupId">The consumer group.</param>
    /// <exception cref="KeyNotFoundException">No such endpoint was configured.</exception>
    IKafkaEndpointControl Get(string topic, string groupId);
}
