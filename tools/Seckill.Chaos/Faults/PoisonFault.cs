using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

using Confluent.Kafka;

using Seckill.Chaos.Running;
using Seckill.Contracts;

namespace Seckill.Chaos.Faults;

/// <summary>Somebody writes what is no order among the orders, over all partitions.</summary>
sealed class PoisonFault(int records) : ChaosFault
{
    readonly ConcurrentQueue<string> _written = new();

    public override IReadOnlyCollection<string> Unreadable => _written;

    public override string Text => string.Create(CultureInfo.InvariantCulture, $"{records} records in {TopicNames.OrderEvents} that are no orders");

    public override bool WasMet(ChaosWorld world) => !_written.IsEmpty;

    public override async Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = world.KafkaBootstrap, Acks = Acks.All, EnableIdempotence = true }).Build();
        await Task.WhenAll(Enumerable.Range(0, records).Select(async _ =>
        {
            var id = Guid.NewGuid().ToString("N");
            var text = $"{{\"orderId\": no {id}";
            var record = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(id), Value = Encoding.UTF8.GetBytes(text) };
            await producer.ProduceAsync(TopicNames.OrderEvents, record, cancellationToken);
            _written.Enqueue(text);
        }));
    }
}
