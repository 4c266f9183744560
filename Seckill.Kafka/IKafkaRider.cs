using MassTransit.Transports;

namespace Seckill.Kafka;

/// <summary>Runs the topic endpoints together with the bus that the rider was added to.</summary>
public interface IKafkaRider : IRiderControl;
