using System.Buffers.Text;
using System.Text;

namespace Seckill.Cli.Demo;

/// <summary>An answer, as far as the demo looks at it.</summary>
/// <param name="Status">The status code.</param>
/// <param name="RetryAfterSeconds">Header Retry-After; 0 without one.</param>
/// <param name="Closes">The server closes the connection.</param>
/// <param name="Body">The body.</param>
readonly record struct HttpAnswer(int Status, int RetryAfterSeconds, bool Closes, ReadOnlyMemory<byte> Body)
{
    /// <summary>A string member of the body's JSON object; null when it has none of that name, or it is not a string.</summary>
    public string? Member(ReadOnlySpan<byte> name)
    {
        var rest = Body.Span;
        for (var at = rest.IndexOf(name); at >= 0; at = rest.IndexOf(name))
        {
            var quoted = at > 0 && rest[at - 1] == '"';
            rest = rest[(at + name.Length)..];
            if (!quoted || !rest.StartsWith("\":"u8))
                continue;

            rest = rest[2..].TrimStart((byte)' ');
            if (rest.IsEmpty || rest[0] != '"')
                return null;

            rest = rest[1..];
            var end = rest.IndexOf((byte)'"');
            return end < 0 ? null : Encoding.UTF8.GetString(rest[..end]);
        }

        return null;
    }
}

/// <summary>Status line and header of an answer.</summary>
readonly record struct HttpHead(int Status, int ContentLength, bool IsChunked, int RetryAfterSeconds, bool Closes)
{
    /// <summary>Reads them; each line ends with CR LF.</summary>
    /// <exception cref="IOException">It is not HTTP/1.1.</exception>
    public static HttpHead Parse(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out _))
            throw new IOException("The server does not answer with HTTP/1.1");

        var result = new HttpHead(status, 0, false, 0, false);
        var lines = head[(head.IndexOf("\r\n"u8) + 2)..];
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf("\r\n"u8);
            result = result.With(lines[..end]);
            lines = lines[(end + 2)..];
        }

        return result;
    }

    HttpHead With(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
            return this;

        var name = line[..colon];
        var value = line[(colon + 1)..].TrimStart((byte)' ');
        if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8) && Utf8Parser.TryParse(value, out int length, out _))
            return this with { ContentLength = length };
        if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8))
            return this with { IsChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8) };
        if (Ascii.EqualsIgnoreCase(name, "Retry-After"u8) && Utf8Parser.TryParse(value, out int seconds, out _))
            return this with { RetryAfterSeconds = seconds };
        if (Ascii.EqualsIgnoreCase(name, "Connection"u8))
            return this with { Closes = Ascii.EqualsIgnoreCase(value, "close"u8) };

        return this;
    }
}
