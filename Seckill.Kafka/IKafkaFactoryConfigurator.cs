using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Kafka;

/// <summary>Configures the rider.</summary>
public interface IKafkaFactoryConfigurator
{
    /// <summary>Names the cluster.</summary>
    /// <param name="bootstrapServers">Brokers to ask first, as <c>host:port</c>, separated by commas.</param>
    /// <param name="settings">Further settings of every client by librdkafka's names, such as <c>security.protocol</c>.</param>
    void Host(string bootstrapServers, IReadOnlyDictionary<string, string>? settings = null);

    /// <summary>Changes how records are produced.</summary>
    /// <param name="configure">Changes the defaults.</param>
    void ConfigureProducer(Action<KafkaProducerOptions> configure);

    /// <summary>Sets how messages are written and read; by default <see cref="KafkaJson.Default"/>.</summary>
    /// <param name="options">The options; with a resolver for source generation.</param>
    void UseJson(JsonSerializerOptions options);

    /// <summary>Sets how messages are written and read, by a source-generated context that knows all of them.</summary>
    /// <param name="context">The context.</param>
    void UseJson(JsonSerializerContext context);

    /// <summary>
    /// Topics that are created at start unless they exist. Dead-letter topics of endpoints are added with one partition if not named here. A
    /// broker that knows no such request (librdkafka's) creates each topic when it is first asked for, with its own settings.
    /// </summary>
    /// <param name="topics">The topics.</param>
    void CreateTopics(params KafkaTopic[] topics);

    /// <summary>Has an interceptor called around what the rider does that others can see. None by default, and then nothing is called.</summary>
    /// <param name="interceptor">Is called.</param>
    void Intercept(IKafkaInterceptor interceptor);

    /// <summary>Reads a topic as a member of a consumer group.</summary>
    /// <typeparam name="T">The messages' type.</typeparam>
    /// <param name="topic">The topic.</param>
    /// <param name="groupId">The consumer group.</param>
    /// <param name="configure">Configures the endpoint.</param>
    void TopicEndpoint<T>(string topic, string groupId, Action<IKafkaTopicEndpointConfigurator> configure)
        where T : class;

    /// <summary>
    /// Reads a topic as <see cref="TopicEndpoint{T}"/> does, and gives each message to a method instead of to MassTransit's consumers, filters and observers: for many messages of
    /// which each is a moment's work in memory.
    /// </summary>
    /// <typeparam name="T">The messages' type.</typeparam>
    /// <param name="topic">The topic.</param>
    /// <param name="groupId">The consumer group.</param>
    /// <param name="hear">Is given each message, many at a time and those of a key in their order. What it throws is retried and dead-lettered like what a consumer throws.</param>
    /// <param name="configure">Configures the endpoint.</param>
    void TopicListener<T>(string topic, string groupId, Action<T> hear, Action<IKafkaTopicEndpointConfigurator> configure)
        where T : class;
}
