using System.Globalization;
using System.Text;

namespace Seckill.Operations.Alerts.Texts;

/// <summary>Keeps texts within a number of bytes in UTF-8.</summary>
static class Utf8Text
{
    public const string Ellipsis = "…";

    /// <summary>As many whole characters (as people see them) as fit, with an ellipsis where something is missing.</summary>
    public static string Cut(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
            return text;

        var left = bytes - Encoding.UTF8.GetByteCount(Ellipsis);
        var length = 0;
        while (length < text.Length)
        {
            var element = StringInfo.GetNextTextElementLength(text, length);
            left -= Encoding.UTF8.GetByteCount(text.AsSpan(length, element));
            if (left < 0)
                break;
            length += element;
        }

        return text[..length] + Ellipsis;
    }
}
