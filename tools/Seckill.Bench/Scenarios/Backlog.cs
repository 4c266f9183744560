using System.Globalization;
using System.Text;
using System.Text.Json;

using Confluent.Kafka;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission;
using Seckill.Bench.Load;
using Seckill.Contracts;
using Seckill.Kafka;

namespace Seckill.Bench.Scenarios;

/// <summary>Admits orders and publishes them, with the same records as the API's.</summary>
sealed class Backlog : IDisposable
{
    const int AtOnce = 256;
    const int UnitPriceCents = 9_900;

    readonly StockAdmission _admission;
    readonly string _bootstrap;
    readonly IProducer<byte[], byte[]> _producer;
    int _next = -1;
    int _done;

    public Backlog(StockAdmission admission, IServiceProvider services)
    {
        _admission = admission;
        _bootstrap = services.GetRequiredService<IConfiguration>()["Kafka:Bootstrap"]!;
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = _bootstrap,
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = 5,
            Partitioner = Partitioner.Murmur2Random,
        }).Build();
    }

    /// <summary>Returns when the broker has confirmed every record, and the relay was told to leave them alone.</summary>
    public async Task FillAsync(long activityId, int orders, Action<FormattableString> say, CancellationToken cancellationToken)
    {
        await using var progress = new Progress("backlog", orders, () => Volatile.Read(ref _done), say, cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(() => FillAsync(activityId, orders, progress.Token), progress.Token)));
    }

    /// <summary>Partitions of the topic, and the records that the broker holds in them.</summary>
    public (int Partitions, long Records) Waiting()
    {
        var timeout = TimeSpan.FromSeconds(10);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _bootstrap }).Build();
        var partitions = admin.GetMetadata(TopicNames.OrderEvents, timeout).Topics[0].Partitions;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = _bootstrap, GroupId = "bench" }).Build();
        var marks = partitions.Select(x => consumer.QueryWatermarkOffsets(new TopicPartition(TopicNames.OrderEvents, x.PartitionId), timeout));
        return (partitions.Count, marks.Sum(x => x.High.Value - x.Low.Value));
    }

    public void Dispose() => _producer.Dispose();

    async Task FillAsync(long activityId, int orders, CancellationToken cancellationToken)
    {
        int index;
        while ((index = Interlocked.Increment(ref _next)) < orders)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"bench-{activityId}-{index}");
            var result = await _admission.AdmitAsync(new AdmissionRequest
            {
                ActivityId = activityId,
                SkuId = 1,
                BuyerId = name,
                Quantity = 1,
                UnitPriceCents = UnitPriceCents,
                IdempotencyKey = name,
            }, cancellationToken);
            var order = result.Requested ?? throw new InvalidOperationException($"Buyer {index} of {orders} was not admitted: {result.Outcome}");
            await _producer.ProduceAsync(TopicNames.OrderEvents, Record(order), cancellationToken);
            await _admission.MarkPublishedAsync(activityId, [order.OrderId]);
            Interlocked.Increment(ref _done);
        }
    }

    static Message<byte[], byte[]> Record(SeckillRequested order) => new()
    {
        Key = Encoding.UTF8.GetBytes(order.OrderId.ToString("D")),
        Value = JsonSerializer.SerializeToUtf8Bytes(order, KafkaJson.Default),
    };
}
