using System.Buffers.Text;

namespace Seckill.Cli.Demo;

/// <summary>Bytes as they come from a server, and the answers of HTTP/1.1 in them.</summary>
sealed class AnswerBuffer
{
    // Enough for most answers; grows for others. There may be ten thousand connections.
    const int Room = 2 * 1024;

    byte[] _received = new byte[Room];
    byte[] _body = new byte[Room];
    int _start;
    int _end;

    /// <summary>Where the next bytes go; never empty.</summary>
    public Memory<byte> Free()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _received.Length)
        {
            if (_start == 0)
                Array.Resize(ref _received, _received.Length * 2);
            else
                _received.AsSpan(_start, _end - _start).CopyTo(_received);
            _end -= _start;
            _start = 0;
        }

        return _received.AsMemory(_end);
    }

    /// <summary>So many bytes came.</summary>
    public void Added(int count) => _end += count;

    /// <summary>Forgets what came: it was another connection's.</summary>
    public void Clear() => _start = _end = 0;

    /// <summary>Takes the next answer once all of it is there. Its body is good until the next call.</summary>
    /// <exception cref="IOException">It is not HTTP/1.1.</exception>
    public bool TryTake(out HttpAnswer answer)
    {
        answer = default;
        var received = _received.AsSpan(_start, _end - _start);
        var length = received.IndexOf("\r\n\r\n"u8);
        if (length < 0)
            return false;

        var head = HttpHead.Parse(received[..(length + 2)]);
        var rest = received[(length + 4)..];
        if ((head.IsChunked ? TakeChunks(rest) : TakeBody(rest, head.ContentLength)) is not { } taken)
            return false;

        _start += length + 4 + taken.Bytes;
        answer = new HttpAnswer(head.Status, head.RetryAfterSeconds, head.Closes, _body.AsMemory(0, taken.Body));
        return true;
    }

    /// <summary>The bytes that a body takes, and its length; null while not all of it is there.</summary>
    (int Bytes, int Body)? TakeBody(ReadOnlySpan<byte> rest, int length)
    {
        if (rest.Length < length)
            return null;

        Append(0, rest[..length]);
        return (length, length);
    }

    (int Bytes, int Body)? TakeChunks(ReadOnlySpan<byte> rest)
    {
        var (at, body) = (0, 0);
        while (true)
        {
            var line = rest[at..].IndexOf("\r\n"u8);
            if (line < 0)
                return null;
            if (!Utf8Parser.TryParse(rest.Slice(at, line), out int size, out _, 'x') || size < 0)
                throw new IOException("The server sent a chunk without a size");

            at += line + 2;
            if (rest.Length - at < (long)size + 2)
                return null;

            Append(body, rest.Slice(at, size));
            at += size + 2;
            body += size;
            if (size == 0)
                return (at, body);
        }
    }

    void Append(int at, ReadOnlySpan<byte> bytes)
    {
        if (at + bytes.Length > _body.Length)
            Array.Resize(ref _body, Math.Max(_body.Length * 2, at + bytes.Length));
        bytes.CopyTo(_body.AsSpan(at));
    }
}
