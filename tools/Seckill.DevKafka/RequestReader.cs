using System.Buffers.Binary;
using System.Text;

namespace Seckill.DevKafka;

/// <summary>Reads a request from its first field on. What is shorter than it says ends the connection, as it would at any broker.</summary>
ref struct RequestReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _rest = bytes;

    public readonly int Left => _rest.Length;

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Read(sizeof(short)));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Read(sizeof(int)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Read(sizeof(long)));

    /// <summary>A text, or null.</summary>
    public string? ReadString()
    {
        var length = ReadInt16();
        return length < 0 ? null : Encoding.UTF8.GetString(Read(length));
    }

    /// <summary>Bytes behind their length of four bytes; empty for null.</summary>
    public ReadOnlySpan<byte> ReadBytes() => Read(Math.Max(0, ReadInt32()));

    /// <summary>So many bytes.</summary>
    public ReadOnlySpan<byte> Read(int count)
    {
        if (count < 0 || count > _rest.Length)
            throw new IOException($"A Kafka frame ends {count - _rest.Length} bytes too early.");
        var read = _rest[..count];
        _rest = _rest[count..];
        return read;
    }
}
