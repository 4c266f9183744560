using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>Bytes of text that grow as they are written, and whose memory is used again.</summary>
sealed class MetricsPage
{
    byte[] _bytes = new byte[16 * 1024];

    /// <summary>Who still reads it. Guarded by <see cref="MetricsScrapes"/>.</summary>
    public int Readers { get; set; }

    /// <summary>Whether a collection has reached its end.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Bytes written; may be set back to drop the last ones.</summary>
    public int Length { get; set; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>A part of what was written.</summary>
    public ReadOnlySpan<byte> Part(int start, int length) => _bytes.AsSpan(start, length);

    /// <summary>Begins anew.</summary>
    public void Clear() => (Length, IsComplete) = (0, false);

    public MetricsPage Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
        return this;
    }

    public MetricsPage Write(string text)
    {
        Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return this;
    }

    /// <summary>Text with backslash and newline escaped, and on demand the quote.</summary>
    public MetricsPage WriteEscaped(string text, bool escapeQuotes)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAny('\\', '\n', '"') is >= 0 and var special)
        {
            WriteRaw(rest[..special]);
            Write(rest[special] switch
            {
                '\\' => @"\\"u8,
                '\n' => @"\n"u8,
                _ when escapeQuotes => "\\\""u8,
                _ => "\""u8,
            });
            rest = rest[(special + 1)..];
        }

        WriteRaw(rest);
        return this;
    }

    public MetricsPage Write(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(32), out var written);
        Length += written;
        return this;
    }

    /// <summary>A number as Go reads it; <paramref name="withPoint"/> for a canonical one, which shows that it is no integer.</summary>
    public MetricsPage Write(double value, bool withPoint = false)
    {
        if (double.IsNaN(value))
            return Write("NaN"u8);
        if (double.IsInfinity(value))
            return Write(value > 0 ? "+Inf"u8 : "-Inf"u8);

        var start = Length;
        value.TryFormat(Reserve(32), out var written, default, CultureInfo.InvariantCulture);
        Length += written;
        return withPoint && !Part(start, written).ContainsAny((byte)'.', (byte)'E') ? Write(".0"u8) : this;
    }

    void WriteRaw(ReadOnlySpan<char> text) => Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));

    Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));

        return _bytes.AsSpan(Length);
    }
}
