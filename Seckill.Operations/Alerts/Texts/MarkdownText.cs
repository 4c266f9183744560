using System.Globalization;
using System.Text;

namespace Seckill.Operations.Alerts.Texts;

/// <summary>
/// Makes text from elsewhere harmless inside a robot's markdown. The robots document no escape, and show a backslash as one; so characters
/// that mark something up, link or mention become the full-width characters that look like them.
/// </summary>
static class MarkdownText
{
    const int FullWidth = 0xFEE0;

    public static string Escape(string text)
    {
        var plain = OneLine(text);
        var escaped = new StringBuilder(plain.Length);
        for (var i = 0; i < plain.Length; i++)
        {
            var c = plain[i];
            escaped.Append(IsMarkup(plain, i) ? (char)(c + FullWidth) : c);
        }

        return escaped.ToString();
    }

    /// <summary>One line without characters that are not seen: line breaks end a quotation, and others turn the direction of the text.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    line.Append(' ');
                    break;
                case UnicodeCategory.Format or UnicodeCategory.PrivateUse:
                    break;
                default:
                    line.Append(rune);
                    break;
            }
        }

        return line.ToString().Trim();
    }

    static bool IsMarkup(string text, int i) => text[i] switch
    {
        '<' or '>' or '[' or ']' or '`' or '*' or '#' or '@' or '!' or '|' or '~' or '&' or '\\' or '$' => true,
        // ER_LOCK_DEADLOCK is a name to copy; _this_ is markup.
        '_' => i == 0 || i == text.Length - 1 || !char.IsAsciiLetterOrDigit(text[i - 1]) || !char.IsAsciiLetterOrDigit(text[i + 1]),
        // An address becomes a link by itself.
        ':' => text.AsSpan(i).StartsWith("://"),
        _ => false,
    };
}
