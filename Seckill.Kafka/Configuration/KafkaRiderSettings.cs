using System.Text.Json;
using Confluent.Kafka;

namespace Seckill.Kafka.Configuration;

/// <summary>What <c>UsingKafka</c> was told, complete and checked.</summary>
sealed record KafkaRiderSettings(
    ClientConfig Client,
    KafkaProducerOptions Producer,
    JsonSerializerOptions Json,
    IReadOnlyList<KafkaTopic> Topics,
    IReadOnlyList<ITopicEndpointSpecification> Endpoints,
    IKafkaInterceptor? Interceptor)
{
    /// <summary>A client's settings with those of all clients, and over both those of the host.</summary>
    public TConfig Configure<TConfig>(TConfig config)
        where TConfig : ClientConfig
    {
        // Requests are written whole. Held back until the answer to the one before, as TCP does with what is small (RFC 896), the next would wait for nothing.
        config.SocketNagleDisable = true;
        foreach (var (name, value) in Client)
            config.Set(name, value);
        return config;
    }
}
