using System.Buffers.Binary;

namespace Seckill.DevKafka;

/// <summary>
/// A batch of records as a producer sent it, and as consumers get it: version 2 of the format (Kafka's documentation, "Record Batch"). The two fields that a broker fills
/// in, the first offset and the leader's epoch, are not covered by its checksum.
/// </summary>
/// <param name="Bytes">The batch, with its place in the partition written into it.</param>
/// <param name="BaseOffset">The offset of its first record.</param>
/// <param name="Count">How many offsets it takes.</param>
sealed record RecordBatch(byte[] Bytes, long BaseOffset, int Count)
{
    /// <summary>Bytes before the records.</summary>
    public const int HeaderSize = 61;

    const int LengthAt = 8;
    const int MagicAt = 16;
    const int LastOffsetDeltaAt = 23;
    const int ProducerAt = 43;
    const byte Magic = 2;

    /// <summary>The offset behind it.</summary>
    public long End => BaseOffset + Count;

    /// <summary>The bytes of the batch that begins here; null where none of this format does.</summary>
    public static int? SizeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || bytes[MagicAt] != Magic)
            return null;
        var size = LengthAt + sizeof(int) + (long)BinaryPrimitives.ReadInt32BigEndian(bytes[LengthAt..]);
        return size >= HeaderSize && size <= bytes.Length && CountOf(bytes) > 0 ? (int)size : null;
    }

    /// <summary>Who produced it: an id (-1: not an idempotent producer), its epoch, and the sequence number of the first record.</summary>
    public static (long Id, short Epoch, int Sequence) ProducerOf(ReadOnlySpan<byte> batch) => (
        BinaryPrimitives.ReadInt64BigEndian(batch[ProducerAt..]),
        BinaryPrimitives.ReadInt16BigEndian(batch[(ProducerAt + 8)..]),
        BinaryPrimitives.ReadInt32BigEndian(batch[(ProducerAt + 10)..]));

    /// <summary>How many offsets a batch takes.</summary>
    public static int CountOf(ReadOnlySpan<byte> batch) => BinaryPrimitives.ReadInt32BigEndian(batch[LastOffsetDeltaAt..]) + 1;

    /// <summary>A copy at its place in a partition.</summary>
    public static RecordBatch At(long baseOffset, ReadOnlySpan<byte> batch)
    {
        var bytes = batch.ToArray();
        BinaryPrimitives.WriteInt64BigEndian(bytes, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(LengthAt + sizeof(int)), 0);
        return new RecordBatch(bytes, baseOffset, CountOf(batch));
    }
}
