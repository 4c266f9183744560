using System.Text.Json;
using System.Text.Json.Serialization;
using Confluent.Kafka;
using MassTransit;
using MassTransit.Transports;
using Seckill.Kafka.Consuming;

namespace Seckill.Kafka.Configuration;

/// <inheritdoc cref="IKafkaFactoryConfigurator"/>
sealed class KafkaFactoryConfigurator : IKafkaFactoryConfigurator
{
    readonly ClientConfig _client = new();
    readonly KafkaProducerOptions _producer = new();
    readonly List<KafkaTopic> _topics = [];
    readonly List<ITopicEndpointSpecification> _endpoints = [];
    JsonSerializerOptions _json = KafkaJson.Default;
    IKafkaInterceptor? _interceptor;

    public void Host(string bootstrapServers, IReadOnlyDictionary<string, string>? settings = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(bootstrapServers);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            _client.Set(name, value);
        _client.BootstrapServers = bootstrapServers;
    }

    public void ConfigureProducer(Action<KafkaProducerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(_producer);
    }

    public void UseJson(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.MakeReadOnly(populateMissingResolver: true);
        _json = options;
    }

    public void UseJson(JsonSerializerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _json = context.Options;
    }

    public void Intercept(IKafkaInterceptor interceptor) => _interceptor = interceptor;

    public void CreateTopics(params KafkaTopic[] topics) => _topics.AddRange(topics);

    public void TopicEndpoint<T>(string topic, string groupId, Action<IKafkaTopicEndpointConfigurator> configure)
        where T : class
        => Add<T>(topic, groupId, configure, (endpoint, settings) => new PipelineDelivery<T>(endpoint, settings));

    public void TopicListener<T>(string topic, string groupId, Action<T> hear, Action<IKafkaTopicEndpointConfigurator> configure)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(hear);
        Add<T>(topic, groupId, configure, (_, _) => new ListenerDelivery<T>(hear));
    }

    void Add<T>(
        string topic, string groupId, Action<IKafkaTopicEndpointConfigurator> configure, Func<ReceiveEndpointContext, EndpointSettings, IRecordDelivery<T>> delivery)
        where T : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentException.ThrowIfNullOrWhiteSpace(groupId);
        ArgumentNullException.ThrowIfNull(configure);
        _endpoints.Add(new TopicEndpointSpecification<T>(topic, groupId, configure, delivery));
    }

    public KafkaRiderSettings Build()
    {
        if (string.IsNullOrWhiteSpace(_client.BootstrapServers))
            throw new ConfigurationException("The Kafka rider has no brokers: call Host(\"host:port\") in UsingKafka.");
        if (_endpoints.GroupBy(endpoint => endpoint.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } repeated)
            throw new ConfigurationException($"The Kafka rider has two endpoints '{repeated.Key}': one topic is read once per consumer group.");
        return new KafkaRiderSettings(_client, _producer, _json, _topics, _endpoints, _interceptor);
    }
}
