using System.Globalization;
using System.Text;

namespace Seckill.Operations.Archive;

/// <summary>
/// Names of objects in the bucket. An order is a document under <c>orders/</c>, and an entry under <c>index/</c> whose name begins with the
/// time counted backwards: the order of names, in which buckets are listed, is that of the archive.
/// </summary>
sealed class S3Keys(string prefix)
{
    /// <summary>More microseconds than there are until the end of the year 9999, and as many digits as that is.</summary>
    const long End = 999_999_999_999_999_999;
    const int Digits = 18;

    readonly string _index = prefix + "index/";

    /// <summary>What all entries of the index begin with.</summary>
    public string IndexPrefix => _index;

    /// <summary>The document of an order.</summary>
    public string Document(string archiveId) => $"{prefix}orders/{Encode(archiveId)}.json";

    /// <summary>The entry of an order that was archived at a time.</summary>
    public string Entry(ArchivePosition position) => $"{_index}{Backwards(Microseconds(position.ArchivedAt))}-{Encode(position.ArchiveId)}";

    /// <summary>A name behind those of all entries of a time or later, and before those of all earlier ones.</summary>
    public string Before(DateTimeOffset time)
    {
        var microseconds = Microseconds(time);
        var wholeOnesBefore = time.UtcTicks % TimeSpan.TicksPerMicrosecond == 0 ? microseconds : microseconds + 1;
        return $"{_index}{Backwards(wholeOnesBefore)}~";
    }

    /// <summary>What an entry stands for; null when it is none of ours.</summary>
    public ArchivePosition? Parse(string entry)
    {
        var name = entry.AsSpan(_index.Length);
        return name.Length > Digits + 1 && name[Digits] == '-'
            && long.TryParse(name[..Digits], NumberStyles.None, CultureInfo.InvariantCulture, out var backwards)
            && End - backwards <= DateTimeOffset.MaxValue.UtcTicks / TimeSpan.TicksPerMicrosecond
            && Decode(name[(Digits + 1)..]) is { } archiveId
                ? new ArchivePosition(new DateTimeOffset((End - backwards) * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero), archiveId)
                : null;
    }

    static long Microseconds(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerMicrosecond;

    static string Backwards(long microseconds) => (End - microseconds).ToString("D" + Digits, CultureInfo.InvariantCulture);

    /// <summary>Letters, digits, '-' and '.' stay; each other byte becomes '_' and two digits: characters that no server treats in its own way.</summary>
    static string Encode(string archiveId)
    {
        var key = new StringBuilder(archiveId.Length);
        foreach (var value in Encoding.UTF8.GetBytes(archiveId))
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.')
                key.Append((char)value);
            else
                key.Append(CultureInfo.InvariantCulture, $"_{value:X2}");
        }

        return key.ToString();
    }

    static string? Decode(ReadOnlySpan<char> key)
    {
        var bytes = new List<byte>(key.Length);
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] != '_')
            {
                bytes.Add((byte)key[i]);
                continue;
            }

            if (i + 2 >= key.Length
                || !byte.TryParse(key.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                return null;
            }

            bytes.Add(value);
            i += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
