using System.Globalization;

namespace Seckill.Operations.Archive;

/// <summary>A place between two orders of the archive, where a page may begin.</summary>
/// <param name="ArchivedAt">When the order before it was archived, in whole microseconds.</param>
/// <param name="ArchiveId">The order before it.</param>
readonly record struct ArchivePosition(DateTimeOffset ArchivedAt, string ArchiveId)
{
    const char Separator = '~';

    public static ArchivePosition Of(FailedOrder order) => new(order.ArchivedAt, order.ArchiveId);

    /// <exception cref="FormatException">It is none.</exception>
    public static ArchivePosition Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.IndexOf(Separator, StringComparison.Ordinal);
        if (at <= 0 || at == text.Length - 1 || text.Contains('\0', StringComparison.Ordinal)
            || !long.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            || microseconds > DateTimeOffset.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond)
        {
            throw new FormatException($"'{text}' is not a position in the archive; take the one that came with the page before");
        }

        return new ArchivePosition(new DateTimeOffset(microseconds * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero), text[(at + 1)..]);
    }

    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{ArchivedAt.UtcTicks / TimeSpan.TicksPerMicrosecond}{Separator}{ArchiveId}");
}
