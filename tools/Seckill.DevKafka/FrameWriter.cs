using System.Buffers.Binary;

namespace Seckill.DevKafka;

/// <summary>Answers, one behind the other, as they go to a client.</summary>
sealed class FrameWriter
{
    const int SmallestBuffer = 4 * 1024;

    byte[] _buffer = new byte[SmallestBuffer];
    int _length;
    int _frame;

    /// <summary>All that was written since <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>Begins the answer to a request.</summary>
    public void Begin(int correlationId)
    {
        _frame = _length;
        WriteInt32(0);
        WriteInt32(correlationId);
    }

    /// <summary>Ends the answer: its size is known.</summary>
    public void End() => BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_frame), _length - _frame - sizeof(int));

    /// <summary>Takes back the answer that was begun, of a request that gets none.</summary>
    public void Cancel() => _length = _frame;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), value);

    /// <summary>Bytes alone: a text that was read with its length, say.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Begins anew. A buffer that grew for a large answer is not kept for the small ones.</summary>
    public void Clear()
    {
        _length = 0;
        if (_buffer.Length > 64 * SmallestBuffer)
            _buffer = new byte[SmallestBuffer];
    }

    Span<byte> Take(int count)
    {
        if (_buffer.Length - _length < count)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }
}
