using MassTransit.Transports;
using Seckill.Kafka.Consuming;

namespace Seckill.Kafka.Configuration;

/// <summary>A topic endpoint that was asked for, built when the bus is.</summary>
interface ITopicEndpointSpecification
{
    /// <summary>Topic and group.</summary>
    string Name { get; }

    KafkaEndpoint Build(IBusInstance bus, KafkaRiderParts parts);
}
