using Microsoft.Extensions.Logging;
using Seckill.Kafka.Producing;

namespace Seckill.Kafka.Configuration;

/// <summary>What the endpoints of a rider share.</summary>
sealed record KafkaRiderParts(
    KafkaRiderSettings Settings, KafkaProducerClient Producer, TopicCreator Topics, KafkaEndpoints Endpoints, TimeProvider Time, ILoggerFactory Logging);
