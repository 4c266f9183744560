using System.Buffers.Binary;
using System.Net.Sockets;

namespace Seckill.DevKafka;

/// <summary>The frames of a connection: each has its size in front.</summary>
/// <param name="stream">Where they come from.</param>
sealed class FrameStream(NetworkStream stream)
{
    const int MaxFrame = 128 * 1024 * 1024;

    byte[] _buffer = new byte[64 * 1024];
    int _taken;
    int _filled;

    /// <summary>Reads what has come; false when nothing comes any more. Frames that were taken before are gone with it.</summary>
    public async ValueTask<bool> FillAsync()
    {
        _buffer.AsSpan(_taken, _filled - _taken).CopyTo(_buffer);
        _filled -= _taken;
        _taken = 0;
        if (NextLength() is { } next && next > _buffer.Length)
            Array.Resize(ref _buffer, next);
        var read = await stream.ReadAsync(_buffer.AsMemory(_filled)).ConfigureAwait(false);
        _filled += read;
        return read > 0;
    }

    /// <summary>The next frame, its size included, if all of it is there.</summary>
    public bool TryTake(out Memory<byte> frame)
    {
        var isWhole = NextLength() is { } length && length <= _filled - _taken;
        frame = isWhole ? _buffer.AsMemory(_taken, NextLength()!.Value) : default;
        _taken += frame.Length;
        return isWhole;
    }

    /// <summary>The bytes of the frame that begins here, its size included; null while even that is not there.</summary>
    int? NextLength()
    {
        if (!BinaryPrimitives.TryReadInt32BigEndian(_buffer.AsSpan(_taken, _filled - _taken), out var length))
            return null;

        return length is >= 4 and <= MaxFrame ? sizeof(int) + length : throw new IOException($"A frame of {length} bytes is no Kafka frame.");
    }
}
