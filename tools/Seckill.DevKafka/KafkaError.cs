namespace Seckill.DevKafka;

/// <summary>The errors of Kafka's protocol that these brokers give by themselves.</summary>
enum KafkaError : short
{
    None = 0,
    OffsetOutOfRange = 1,
    UnknownTopicOrPartition = 3,
    NotLeaderForPartition = 6,
    UnsupportedForMessageFormat = 43,
    OutOfOrderSequence = 45,
    InvalidProducerEpoch = 47,
}
