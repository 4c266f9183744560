using Confluent.Kafka;

namespace Seckill.Fuzz.Kafka;

/// <summary>How far a group is with a topic. It asks without joining the group.</summary>
sealed class Offsets(string bootstrap, string topic, string group) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly IConsumer<byte[]?, byte[]?> _consumer =
        new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = group, EnableAutoCommit = false }).Build();
    readonly IReadOnlyList<TopicPartition> _partitions = Partitions(bootstrap, topic);

    /// <summary>The partitions of a topic.</summary>
    public static IReadOnlyList<TopicPartition> Partitions(string bootstrap, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        return [.. admin.GetMetadata(topic, Patience).Topics.Single().Partitions.Select(x => new TopicPartition(topic, x.PartitionId))];
    }

    /// <summary>The partitions with records that the group has not passed, in words; empty when there are none.</summary>
    public string Behind()
    {
        var committed = _consumer.Committed(_partitions, Patience).ToDictionary(x => x.Partition, x => x.Offset);
        return string.Join(", ", _partitions
            .Select(x => (x.Partition, At: committed[x.Partition].Value is var offset && offset < 0 ? 0 : offset, End: _consumer.QueryWatermarkOffsets(x, Patience).High.Value))
            .Where(x => x.At < x.End).Select(x => $"partition {x.Partition.Value} is at {x.At} of {x.End}"));
    }

    public void Dispose() => _consumer.Dispose();
}
