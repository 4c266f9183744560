using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using BenchmarkDotNet.Attributes;

using Seckill.Contracts;
using Seckill.Kafka;

namespace Seckill.MicroBench;

/// <summary>The record of an admitted order, to and from bytes, as producer and rider do it.</summary>
public class OrderRecord
{
    static readonly JsonTypeInfo<SeckillRequested> Json = (JsonTypeInfo<SeckillRequested>)KafkaJson.Default.GetTypeInfo(typeof(SeckillRequested));

    readonly SeckillRequested _order = new()
    {
        OrderId = Guid.CreateVersion7(),
        ActivityId = 1_790_000_000_000_001,
        SkuId = 1,
        BuyerId = "bench-1790000000000001-12345",
        Quantity = 1,
        UnitPriceCents = 9_900,
        AdmittedAt = DateTimeOffset.UnixEpoch.AddYears(56),
        PaymentWindowSeconds = 900,
        IdempotencyKey = "bench-1790000000000001-12345",
    };

    readonly byte[] _bytes;

    public OrderRecord() => _bytes = Write();

    [Benchmark]
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(_order, Json);

    [Benchmark]
    public SeckillRequested? Read() => JsonSerializer.Deserialize(_bytes, Json);
}
