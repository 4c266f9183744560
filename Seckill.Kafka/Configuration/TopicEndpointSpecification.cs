using System.Text.Json.Serialization.Metadata;
using MassTransit;
using MassTransit.Transports;
using Seckill.Kafka.Consuming;

namespace Seckill.Kafka.Configuration;

/// <inheritdoc cref="ITopicEndpointSpecification"/>
sealed class TopicEndpointSpecification<T>(
    string topic, string groupId, Action<IKafkaTopicEndpointConfigurator> configure, Func<ReceiveEndpointContext, EndpointSettings, IRecordDelivery<T>> delivery)
    : ITopicEndpointSpecification
    where T : class
{
    public string Name { get; } = $"kafka/{topic}/{groupId}";

    public KafkaEndpoint Build(IBusInstance bus, KafkaRiderParts parts)
    {
        var configuration = new TopicEndpointConfiguration(bus, Name, topic, groupId);
        configure(configuration);
        configuration.Validate().ThrowIfContainsFailure($"The Kafka endpoint '{Name}' is not valid:");

        var settings = configuration.Settings();
        var context = configuration.CreateReceiveEndpointContext();
        var logger = parts.Logging.CreateLogger($"Seckill.Kafka.{topic}");
        var handler = new RecordHandler<T>(
            settings,
            delivery(context, settings),
            (JsonTypeInfo<T>)parts.Settings.Json.GetTypeInfo(typeof(T)),
            new DeadLetterSender(parts.Producer, settings, parts.Time, logger),
            parts.Time,
            logger);
        return new KafkaEndpoint(settings, parts.Settings, context, handler, parts.Topics, parts.Time, logger);
    }
}
