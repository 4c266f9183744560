using System.Globalization;
using System.Text;

using Confluent.Kafka;

using Seckill.Chaos.Running;
using Seckill.Contracts;
using Seckill.Kafka;

namespace Seckill.Chaos.Faults;

/// <summary>Somebody writes what is no order among the orders, over all partitions.</summary>
sealed class PoisonFault(int records) : ChaosFault
{
    public override string Text => string.Create(CultureInfo.InvariantCulture, $"{records} records in {TopicNames.OrderEvents} that are no orders");

    public override async Task BeginAsync(ChaosWorld world, CancellationToken cancellationToken)
    {
        LibrdkafkaResolver.EnsureRegistered();
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = world.KafkaBootstrap, Acks = Acks.All, EnableIdempotence = true }).Build();
        await Task.WhenAll(Enumerable.Range(0, records).Select(x => producer.ProduceAsync(TopicNames.OrderEvents, Poison(x), cancellationToken)));
    }

    static Message<byte[], byte[]> Poison(int number)
        => new() { Key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"poison-{number}")), Value = "{\"orderId\": no"u8.ToArray() };
}
