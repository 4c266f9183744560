using System.Collections.Concurrent;

using Seckill.Contracts;
using Seckill.Kafka;

namespace Seckill.Api.Tests;

/// <summary>Plays Kafka: confirms, refuses, stays silent, or is known to be away.</summary>
sealed class FakeKafka : ITopicProducer<SeckillRequested>, IKafkaHealth
{
    public ConcurrentQueue<SeckillRequested> Produced { get; } = new();

    /// <summary>What becomes of a record.</summary>
    public Func<Task> Delivery { get; set; } = Confirmed;

    public KafkaReachability Reachability { get; set; } = KafkaReachability.Reachable;

    public DateTimeOffset Since => DateTimeOffset.UnixEpoch;

    public string? LastError => null;

    public static Func<Task> Confirmed { get; } = () => Task.CompletedTask;

    public static Func<Task> Silent { get; } = () => new TaskCompletionSource().Task;

    public static Func<Task> Refused { get; } = () => Task.FromException(
        new KafkaUnavailableException(TopicNames.OrderEvents, "Local_MsgTimedOut", "no broker answers"));

    public Task Produce(SeckillRequested message, CancellationToken cancellationToken = default)
    {
        Produced.Enqueue(message);
        return Delivery();
    }

    public Task Produce(
        string? key, SeckillRequested message, IEnumerable<KeyValuePair<string, string>>? headers = null, CancellationToken cancellationToken = default)
        => Produce(message, cancellationToken);
}
