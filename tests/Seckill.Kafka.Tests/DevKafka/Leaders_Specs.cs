using System.Net;
using Confluent.Kafka;
using Seckill.DevKafka;

namespace Seckill.Kafka.Tests.DevKafka;

/// <summary>Several brokers, of which each has some partitions: what they tell clients must be what they answer by.</summary>
public sealed class Leaders_Specs : IDisposable
{
    const int Partitions = 8;

    readonly MockCluster _cluster = new(3);
    readonly KafkaFront _front;

    public Leaders_Specs()
    {
        _front = new KafkaFront([.. Enumerable.Repeat(new IPEndPoint(IPAddress.Loopback, 0), 3)], [], _cluster, defaultPartitions: Partitions);
        _front.Up();
    }

    public void Dispose()
    {
        _front.Dispose();
        _cluster.Dispose();
    }

    [Fact]
    public async Task Should_take_records_of_all_partitions_wherever_they_are_led()
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Bootstrap, EnableIdempotence = true }).Build();
        await ProduceAsync(producer, 0);

        _cluster.MoveLeaders([]);
        await ProduceAsync(producer, 1);

        (await RawKafka.ReadAsync(Bootstrap, "orders", 2 * Partitions)).Count.ShouldBe(2 * Partitions);
    }

    [Fact]
    public void Should_be_told_of_at_its_addresses_whatever_brokers_are_behind_them()
    {
        using var others = new MockCluster(3);
        _front.SwitchTo(others);

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Bootstrap }).Build();
        admin.GetMetadata(TimeSpan.FromSeconds(30)).Brokers.Select(x => $"{x.Host}:{x.Port}").ShouldBe(_front.Addresses.Select(x => x.ToString()), ignoreOrder: true);
    }

    string Bootstrap => string.Join(',', _front.Addresses);

    static async Task ProduceAsync(IProducer<byte[]?, byte[]?> producer, long offset)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, Partitions)
            .Select(x => producer.ProduceAsync(new TopicPartition("orders", x), new Message<byte[]?, byte[]?> { Value = [1] })));
        results.Select(x => x.Offset.Value).ShouldAllBe(x => x == offset);
    }
}
