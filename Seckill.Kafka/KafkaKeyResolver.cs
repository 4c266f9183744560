namespace Seckill.Kafka;

/// <summary>Derives a record's key from its message. Records of one key are handled in order; null gives up order.</summary>
/// <typeparam name="T">The message's type.</typeparam>
/// <param name="context">The message.</param>
public delegate string? KafkaKeyResolver<T>(KafkaProduceContext<T> context)
    where T : class;
