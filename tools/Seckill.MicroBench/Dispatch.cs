using System.Text;

using BenchmarkDotNet.Attributes;

using Confluent.Kafka;

using Microsoft.Extensions.Logging.Abstractions;

using Seckill.Kafka.Consuming;

namespace Seckill.MicroBench;

/// <summary>A record's way through the rider's dispatcher, with nothing to do at its end: keys, order, offsets.</summary>
public class Dispatch
{
    const int Records = 10_000;
    const int Concurrency = 512;
    const int Capacity = 2_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly ConsumeResult<byte[]?, byte[]?>[] _records = [.. Enumerable.Range(0, Records).Select(x => new ConsumeResult<byte[]?, byte[]?>
    {
        Topic = "order_events",
        Partition = 0,
        Offset = x,
        Message = new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(Guid.CreateVersion7().ToString("D")), Value = [] },
    })];

    [Benchmark(OperationsPerInvoke = Records)]
    public long Run()
    {
        using var partition = new PartitionProgress(new TopicPartition("order_events", 0));
        var dispatcher = new RecordDispatcher(new Nothing(), Concurrency, Capacity, NullLogger.Instance);
        foreach (var record in _records)
        {
            dispatcher.Add(partition, record);
            dispatcher.WaitForCapacity(Patience);
        }

        dispatcher.Drain([partition], Patience);
        return dispatcher.TakeOffsets([partition])[0].Offset.Value;
    }

    sealed class Nothing : IRecordHandler
    {
        public async Task<bool> Handle(PendingRecord record)
        {
            await Task.Yield();
            return true;
        }
    }
}
