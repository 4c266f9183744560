using Confluent.Kafka;

namespace Seckill.Kafka.Consuming;

/// <summary>The settings of one topic endpoint.</summary>
sealed record EndpointSettings(
    string Topic,
    string GroupId,
    int ConcurrentMessageLimit,
    int PrefetchCount,
    TimeSpan CheckpointInterval,
    AutoOffsetReset AutoOffsetReset,
    TimeSpan SessionTimeout,
    PartitionAssignmentStrategy AssignmentStrategy,
    TimeSpan DrainTimeout,
    TimeSpan FetchWait,
    int FetchLeastBytes,
    string DeadLetterTopic,
    RetryPolicy Retry,
    Func<UnreadableRecord, CancellationToken, Task>? HandleUnreadable);
