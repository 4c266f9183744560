using MassTransit;
using MassTransit.Configuration;
using MassTransit.Transports;

namespace Seckill.Kafka.Consuming;

/// <summary>What consumers of a topic endpoint publish and send goes to the bus that the rider was added to.</summary>
sealed class KafkaReceiveEndpointContext(IBusInstance bus, IReceiveEndpointConfiguration configuration)
    : BaseReceiveEndpointContext(bus.HostConfiguration, configuration)
{
    public override void AddSendAgent(IAgent agent) => throw new NotSupportedException("A topic endpoint sends through the bus.");

    public override void AddConsumeAgent(IAgent agent) => throw new NotSupportedException("A topic endpoint has no consume agents.");

    public override Exception ConvertException(Exception exception, string message) => exception;

    protected override ISendEndpointProvider CreateSendEndpointProvider() => bus.Bus;

    protected override IPublishEndpointProvider CreatePublishEndpointProvider() => bus.Bus;

    protected override ISendTransportProvider CreateSendTransportProvider() => throw new NotSupportedException("A topic endpoint sends through the bus.");

    protected override IPublishTransportProvider CreatePublishTransportProvider() =>
        throw new NotSupportedException("A topic endpoint publishes through the bus.");
}
