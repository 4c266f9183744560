using Confluent.Kafka;
using MassTransit;

namespace Seckill.Kafka;

/// <summary>
/// Configures a topic endpoint. Consumers and sagas are added as on any receive endpoint. ConcurrentMessageLimit
/// is the number of records handled at once, over all assigned partitions; PrefetchCount is the number taken from Kafka and not done with,
/// and also, per partition, how many may be done though one before them is not (so it bounds what a crash repeats).
/// </summary>
public interface IKafkaTopicEndpointConfigurator : IReceiveEndpointConfigurator
{
    /// <summary>How often completed offsets are committed.</summary>
    TimeSpan CheckpointInterval { get; set; }

    /// <summary>Where a group without committed offsets begins.</summary>
    AutoOffsetReset AutoOffsetReset { get; set; }

    /// <summary>How long the group waits for a member that went silent.</summary>
    TimeSpan SessionTimeout { get; set; }

    /// <summary>How partitions are shared out in the group. All members must agree.</summary>
    PartitionAssignmentStrategy PartitionAssignmentStrategy { get; set; }

    /// <summary>How long records in flight may take to finish when their partition moves away or the endpoint stops.</summary>
    TimeSpan DrainTimeout { get; set; }

    /// <summary>
    /// The longest that a fetch waits at the broker for <see cref="FetchLeastBytes"/>. A client has one fetch at a time under way at each broker, so that a partition which is assigned
    /// meanwhile waits until that one is over, too.
    /// </summary>
    TimeSpan FetchWait { get; set; }

    /// <summary>
    /// The bytes with which a fetch is answered before <see cref="FetchWait"/> is over. With 1 each record is fetched as it comes, which is soonest; where some come all
    /// the time and never many at once, that makes the most fetches, and the smallest groups of what is handled together.
    /// </summary>
    int FetchLeastBytes { get; set; }

    /// <summary>Where records go that cannot be handled. By default the topic's name followed by <c>_dead_letter</c>.</summary>
    string DeadLetterTopic { get; set; }

    /// <summary>Sets how often a failing record is tried.</summary>
    /// <param name="configure">Changes the defaults.</param>
    void Retry(Action<KafkaRetryOptions> configure);

    /// <summary>
    /// For exceptions which say that a dependency is down for everyone: the record is tried again without end, with growing waits, instead of
    /// being dead-lettered. It holds up its key, and in the end its partition.
    /// </summary>
    /// <param name="isTransient">Looks at an exception and at each of its inner exceptions.</param>
    /// <param name="maxInterval">The longest wait.</param>
    void RetryForever(Func<Exception, bool> isTransient, TimeSpan maxInterval);

    /// <summary>
    /// Has records whose value can't be deserialised handled here instead of sending them to the dead-letter topic: for a topic that is the end
    /// of the line itself. A record is done with when the handler returns; while it throws, it is called again with growing waits.
    /// </summary>
    /// <param name="handler">Puts the record somewhere safe.</param>
    void HandleUnreadable(Func<UnreadableRecord, CancellationToken, Task> handler);
}
