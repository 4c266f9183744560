namespace Seckill.Kafka;

/// <summary>What a key is derived from.</summary>
/// <typeparam name="T">The message's type.</typeparam>
/// <param name="Message">The message about to be produced.</param>
public readonly record struct KafkaProduceContext<T>(T Message)
    where T : class;
