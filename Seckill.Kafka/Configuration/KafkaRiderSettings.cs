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
    /// <summary>A client's settings with those of the host underneath.</summary>
    public TConfig Configure<TConfig>(TConfig config)
        where TConfig : ClientConfig
    {
        foreach (var (name, value) in Client)
            config.Set(name, value);
        return config;
    }
}
