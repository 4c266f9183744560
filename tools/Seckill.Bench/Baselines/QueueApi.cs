using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;

using Confluent.Kafka;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Hosting.Configuration;
using Seckill.Hosting.Messaging;
using Seckill.Ledger;

namespace Seckill.Bench.Baselines;

/// <summary>
/// Scheme <c>queue</c>: HTTP, Kafka, a consumer that runs the same transaction as <see cref="LocalApi"/> for one message of a partition at a time. Producer
/// and consumer live in one process and the request is answered when the consumer has committed: the cheapest way to tell the buyer there is.
/// </summary>
sealed class QueueApi(PlainLedger ledger, string bootstrap) : IDisposable
{
    public const string Topic = "bench_queue";

    /// <summary>Partitions of the topic, hence transactions at once.</summary>
    public const int Partitions = 16;

    readonly TaskCompletionSource _assigned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ConcurrentDictionary<Guid, TaskCompletionSource<bool>> _waiting = new();
    readonly Channel<ConsumeResult<byte[], byte[]>>[] _lanes =
        Enumerable.Range(0, Partitions).Select(_ => Channel.CreateUnbounded<ConsumeResult<byte[], byte[]>>()).ToArray();

    readonly IProducer<byte[], byte[]> _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
    {
        BootstrapServers = bootstrap,
        Acks = Acks.All,
        EnableIdempotence = true,
        LingerMs = 0,
        SocketNagleDisable = true,
        Partitioner = Confluent.Kafka.Partitioner.Murmur2Random,
    }).Build();

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        var builder = PlainApi.CreateBuilder();
        builder.Services.AddValidatedOptions<KafkaOptions>(KafkaOptions.Section);
        await using var app = builder.Build();
        await using var ledger = new PlainLedger(app.Services.GetRequiredService<MySqlDatabase>(), Partitions + 1);
        await ledger.OpenAsync(cancellationToken);
        using var queue = new QueueApi(ledger, app.Services.GetRequiredService<IOptions<KafkaOptions>>().Value.Bootstrap);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var consuming = queue.ConsumeAsync(stop);
        await Task.WhenAny(queue._assigned.Task, consuming);
        app.MapPlainOrders(ledger, queue.PlaceAsync);
        await app.StartAsync(cancellationToken);
        await consuming;
    }

    public void Dispose() => _producer.Dispose();

    Task<bool> PlaceAsync(PlainOrder order)
    {
        var committed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[order.OrderId] = committed;
        var record = new Message<byte[], byte[]> { Key = order.OrderId.ToByteArray(), Value = JsonSerializer.SerializeToUtf8Bytes(order) };
        _producer.Produce(Topic, record, report =>
        {
            if (report.Error.IsError && _waiting.TryRemove(order.OrderId, out var waiting))
                waiting.SetException(new KafkaException(report.Error));
        });
        return committed.Task;
    }

    async Task ConsumeAsync(CancellationTokenSource stop)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = Topic,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoOffsetStore = false,
            SessionTimeoutMs = 6_000,
            AllowAutoCreateTopics = true,
        }).SetPartitionsAssignedHandler((_, _) => _assigned.TrySetResult()).Build();
        consumer.Subscribe(Topic);
        var lanes = _lanes.Select(x => Task.Run(() => WorkAsync(x.Reader, consumer, stop))).ToList();
        await Task.Factory.StartNew(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { Message: not null } record)
                    _lanes[record.Partition.Value % Partitions].Writer.TryWrite(record);
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        foreach (var lane in _lanes)
            lane.Writer.Complete();
        await Task.WhenAll(lanes);
        // Or the group would wait for this member until its session is over.
        consumer.Close();
    }

    async Task WorkAsync(ChannelReader<ConsumeResult<byte[], byte[]>> records, IConsumer<byte[], byte[]> consumer, CancellationTokenSource stop)
    {
        try
        {
            await foreach (var record in records.ReadAllAsync())
            {
                var order = JsonSerializer.Deserialize<PlainOrder>(record.Message.Value)!;
                var taken = await ledger.TakeAsync(order);
                consumer.StoreOffset(record);
                if (_waiting.TryRemove(order.OrderId, out var waiting))
                    waiting.SetResult(taken);
            }
        }
        catch
        {
            // What this partition holds would never be answered.
            await stop.CancelAsync();
            throw;
        }
    }
}
