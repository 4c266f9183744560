using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

using Confluent.Kafka;

using Seckill.Contracts;
using Seckill.Kafka;

namespace Seckill.Fuzz.Kafka;

/// <summary>Reads the dead-letter topics, from when it begins to follow them.</summary>
sealed class DeadLetters : IAsyncDisposable
{
    static readonly string[] Topics =
        [TopicNames.CompensationDeadLetter, TopicNames.DeadLetterOf(TopicNames.OrderResults), TopicNames.DeadLetterOf(TopicNames.StockEvents)];

    readonly ConcurrentDictionary<string, byte[]> _letters = new();
    readonly CancellationTokenSource _stopping = new();
    readonly IConsumer<byte[]?, byte[]?> _consumer;
    Task _reading = Task.CompletedTask;

    DeadLetters(IConsumer<byte[]?, byte[]?> consumer) => _consumer = consumer;

    public int Count => _letters.Count;

    public static async Task<DeadLetters> FollowAsync(string bootstrap, CancellationToken cancellationToken)
    {
        var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = $"fuzz-{Guid.NewGuid():N}",
            EnableAutoCommit = false,
            FetchMaxBytes = 20_000_000,
        }).Build();
        var letters = new DeadLetters(consumer);
        await Task.Run(() => consumer.Assign(Topics.SelectMany(topic => Offsets.Partitions(bootstrap, topic))
            .Select(x => new TopicPartitionOffset(x, consumer.QueryWatermarkOffsets(x, TimeSpan.FromSeconds(20)).High))), cancellationToken);
        letters._reading = Task.Factory.StartNew(letters.Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return letters;
    }

    /// <summary>The bytes of the letter of a record; null when there is none.</summary>
    /// <param name="place">Topic, partition and offset of the record.</param>
    public byte[]? Find(string place) => _letters.GetValueOrDefault(place);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading;
        _consumer.Dispose();
        _stopping.Dispose();
    }

    void Read()
    {
        while (!_stopping.IsCancellationRequested)
        {
            if (_consumer.Consume(TimeSpan.FromMilliseconds(200)) is not { Message: { } message } || Text(message, KafkaHeaderNames.DeadLetterTopic) is not { } topic)
                continue;

            _letters[$"{topic}:{Text(message, KafkaHeaderNames.DeadLetterPartition)}:{Text(message, KafkaHeaderNames.DeadLetterOffset)}"] = message.Value ?? [];
        }
    }

    static string? Text(Message<byte[]?, byte[]?> message, string name)
        => message.Headers.TryGetLastBytes(name, out var bytes) ? Encoding.UTF8.GetString(bytes).ToString(CultureInfo.InvariantCulture) : null;
}
