using System.Text.RegularExpressions;

namespace Seckill.Operations.Alerts.Texts;

/// <summary>
/// Hides what must not leave the system in an alert: telephone numbers, identity cards, e-mail addresses, names of people, passwords and
/// tokens. Ids of orders are looked at first and left alone, whatever digits are in them.
/// </summary>
static partial class PersonalData
{
    const string Hidden = "***";

    /// <summary>Facts whose value is somebody's name.</summary>
    static readonly HashSet<string> NameFacts = new(StringComparer.OrdinalIgnoreCase)
    {
        "buyer", "buyer name", "buyer_name", "buyerName", "real name", "consignee", "receiver name", "买家", "买家姓名", "姓名", "收货人",
    };

    public static KeyValuePair<string, string> Mask(KeyValuePair<string, string> fact)
    {
        var value = Mask(fact.Value);
        return NameFacts.Contains(fact.Key.Trim()) && value == fact.Value && !value.All(char.IsAsciiDigit) && !Guid.TryParse(value, out _)
            ? new(fact.Key, value.EnumerateRunes().Take(1).Aggregate("", (text, rune) => text + rune) + "**")
            : new(fact.Key, value);
    }

    public static string Mask(string text) => Sensitive().Replace(text, match =>
    {
        if (match.Groups["id"].Success)
            return match.Value;
        if (match.Groups["secret"].Success)
            return match.Groups["secret"].Value + Hidden;
        if (match.Groups["user"].Success)
            return match.Groups["user"].Value[..1] + Hidden + "@" + match.Groups["domain"].Value;
        if (match.Groups["card"].Success)
            return match.Value[..3] + "***********" + match.Value[^4..];
        return match.Groups["head"].Value + "****" + match.Groups["tail"].Value;
    });

    // In this order: ids, secrets (…token=x, "password": "x"), e-mail addresses, identity cards (18 digits with a date of birth), mobiles.
    [GeneratedRegex(
        """
        (?<id>(?<![0-9A-Za-z])(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![0-9A-Za-z]))
        |(?<secret>(?:password|passwd|pwd|secret|token|signature|sign|api_?key)"?\s?[=:]\s?"?)[^\s;&,"']+
        |(?<secret>[?&]key=)[^\s;&,"']+
        |(?<user>[A-Za-z0-9._%+-]+)@(?<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)
        |(?<card>(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9]))
        |(?<![0-9])(?<head>(?:(?:\+|00)?86[- ]?)?1[3-9][0-9])[- ]?[0-9]{4}[- ]?(?<tail>[0-9]{4})(?![0-9])
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Sensitive();
}
