using System.Text.RegularExpressions;

namespace Seckill.Operations.Alerts.Texts;

/// <summary>
/// Hides what must not leave the system in an alert: telephone numbers, identity cards, e-mail addresses, names of people, passwords and
/// tokens. Ids of orders are looked at first and left alone, whatever digits are in them.
/// </summary>
static partial class PersonalData
{
    const string Hidden = "***";

    /// <summary>So many times the length that is left is looked at: masked text may be shorter, but all of a long one is too much work.</summary>
    const int LooksAhead = 4;

    /// <summary>Longer than anything that is recognised by its end: an e-mail address has 320 characters at most.</summary>
    const int Longest = 320;

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

    /// <summary>The beginning of a masked fact, so that its value has no more than some bytes.</summary>
    public static KeyValuePair<string, string> MaskBeginning(KeyValuePair<string, string> fact, int bytes)
    {
        var beginning = Beginning(fact.Value, bytes);
        var masked = Mask(new KeyValuePair<string, string>(fact.Key, beginning)).Value;
        return new(fact.Key, Cut(masked, isWhole: beginning.Length == fact.Value.Length, bytes));
    }

    /// <summary>The beginning of the masked text that has no more than some bytes.</summary>
    public static string MaskBeginning(string text, int bytes)
    {
        var beginning = Beginning(text, bytes);
        return Cut(Mask(beginning), isWhole: beginning.Length == text.Length, bytes);
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

    static string Beginning(string text, int bytes) => text.Length <= LooksAhead * bytes ? text : text[..(LooksAhead * bytes)];

    /// <summary>What the end of a beginning went through was not recognised, and is left out.</summary>
    static string Cut(string masked, bool isWhole, int bytes)
        => Utf8Text.Cut(isWhole ? masked : masked[..Math.Max(0, masked.Length - Longest)] + Utf8Text.Ellipsis, bytes);

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
