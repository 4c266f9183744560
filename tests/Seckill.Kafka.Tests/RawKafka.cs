using System.Diagnostics;
using System.Text;
using Confluent.Kafka;

namespace Seckill.Kafka.Tests;

/// <summary>Looks at topics without the rider, and writes what the rider would not.</summary>
static class RawKafka
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads a topic from its beginning until so many records are there.</summary>
    public static Task<IReadOnlyList<Message<byte[]?, byte[]?>>> ReadAsync(string bootstrap, string topic, int count) => Task.Run(() =>
    {
        using var consumer = Consumer(bootstrap, "raw");
        var records = new List<Message<byte[]?, byte[]?>>();
        var waited = Stopwatch.StartNew();
        consumer.Assign(Partitions(bootstrap, topic).Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        while (records.Count < count)
        {
            if (waited.Elapsed > Patience)
                throw new TimeoutException($"Topic {topic} has {records.Count} records, not {count}.");
            if (consumer.Consume(100) is { } result)
                records.Add(result.Message);
        }

        return (IReadOnlyList<Message<byte[]?, byte[]?>>)records;
    });

    /// <summary>The committed offset of each partition; 0 where there is none.</summary>
    public static Task<Dictionary<int, long>> CommittedAsync(string bootstrap, string topic, string groupId) => Task.Run(() =>
    {
        using var consumer = Consumer(bootstrap, groupId);
        return consumer.Committed(Partitions(bootstrap, topic), Patience)
            .ToDictionary(committed => committed.Partition.Value, committed => Math.Max(0, committed.Offset.Value));
    });

    /// <summary>Writes records of any bytes to one partition, in order.</summary>
    public static Task WriteAsync(string bootstrap, string topic, int partition, params (string? Key, string? Value)[] records) =>
        WriteAsync(bootstrap, topic, partition, Timestamp.Default, records);

    /// <summary>Writes records that say of themselves when they were produced.</summary>
    public static async Task WriteAsync(string bootstrap, string topic, int partition, Timestamp producedAt, params (string? Key, string? Value)[] records)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = bootstrap, EnableIdempotence = true }).Build();
        await Task.WhenAll(records.Select(record => producer.ProduceAsync(
            new TopicPartition(topic, partition),
            new Message<byte[]?, byte[]?> { Key = Bytes(record.Key), Value = Bytes(record.Value), Timestamp = producedAt, Headers = new Headers { { "own", "value"u8.ToArray() } } })));
    }

    public static string? Text(this Message<byte[]?, byte[]?> record, string header) =>
        record.Headers.TryGetLastBytes(header, out var bytes) ? Encoding.UTF8.GetString(bytes) : null;

    static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    static IConsumer<byte[]?, byte[]?> Consumer(string bootstrap, string groupId) => new ConsumerBuilder<byte[]?, byte[]?>(
        new ConsumerConfig { BootstrapServers = bootstrap, GroupId = groupId, EnableAutoCommit = false, FetchWaitMaxMs = 20 }).Build();

    static List<TopicPartition> Partitions(string bootstrap, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        return admin.GetMetadata(topic, Patience).Topics.Single().Partitions.ConvertAll(partition => new TopicPartition(topic, partition.PartitionId));
    }
}
