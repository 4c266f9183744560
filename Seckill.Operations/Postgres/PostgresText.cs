using System.Text;

namespace Seckill.Operations.Postgres;

/// <summary>
/// Makes texts fit for columns of PostgreSQL, which refuses the character NUL and half surrogate pairs: an error message that has one must
/// not keep an order out of the archive.
/// </summary>
static class PostgresText
{
    const char VisibleNul = '\u2400';

    /// <summary>The text with ␀ for each NUL and � for what is no character; null for null.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static string? Clean(string? text)
    {
        if (text is null || IsClean(text))
            return text;

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value == 0 ? VisibleNul.ToString() : rune.ToString());
        return clean.ToString();
    }

    /// <summary>Whether the text can be stored as it is.</summary>
    public static bool IsClean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && !IsPairAt(text, ref i)))
                return false;
        }

        return true;
    }

    /// <summary>The time to the microsecond, which is what PostgreSQL keeps, in UTC.</summary>
    public static DateTimeOffset Round(DateTimeOffset time)
        => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    static bool IsPairAt(string text, ref int index)
        => char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[++index]);
}
