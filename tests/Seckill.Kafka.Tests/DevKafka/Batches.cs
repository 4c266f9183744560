using System.Buffers.Binary;
using Seckill.DevKafka;

namespace Seckill.Kafka.Tests.DevKafka;

/// <summary>Batches of records as a producer sends them; what the records are nobody looks at.</summary>
static class Batches
{
    /// <summary>A batch without a producer's id.</summary>
    public static byte[] Of(int records, int bytes = RecordBatch.HeaderSize) => Of(records, -1, -1, -1, bytes);

    /// <summary>A batch of an idempotent producer.</summary>
    public static byte[] Of(int records, long producer, short epoch, int sequence, int bytes = RecordBatch.HeaderSize)
    {
        var batch = new byte[bytes];
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), bytes - 12);
        batch[16] = 2;
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), records - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(43), producer);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(51), epoch);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(53), sequence);
        return batch;
    }
}
