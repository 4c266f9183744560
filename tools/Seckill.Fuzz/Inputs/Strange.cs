using System.Globalization;

namespace Seckill.Fuzz.Inputs;

/// <summary>Values that programs stumble over.</summary>
static class Strange
{
    public static IReadOnlyList<string> Numbers { get; } =
    [
        "0", "-0", "-1", "1", "2", "3", "1.0", "1.5", "0.1", "-1.5", "1e0", "1e3", "1e400", "-1e400", "1e-400", "127", "128", "255", "256", "32768", "65536",
        "2147483647", "2147483648", "-2147483648", "-2147483649", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999999999999999999999",
    ];

    /// <summary>What some languages take for numbers.</summary>
    public static IReadOnlyList<string> NearNumbers { get; } =
        ["nan", "NaN", "inf", "-inf", "Infinity", "0x10", "0x", "1_000", "1,000", " 1", "1 ", "+1", "１", "٣", "1\0", "--1", "1-", "e", "."];

    public static IReadOnlyList<string> Texts { get; } =
    [
        "", " ", "\t", "\0", "a\0b", "null", "undefined", "true", "'", "\"", "\\", "`", "%", "%00", "%s%n%x", "{0}", "{{", "${jndi:ldap://127.0.0.1/a}",
        "'; DROP TABLE orders; --", "\" OR \"\"=\"", "<script>alert(1)</script>", "=cmd|' /C calc'!A1", "../../../../etc/passwd", "..%2f..%2fetc", "\r\n", "a\r\nSet-Cookie: a=b",
        "|", "||", ":", "::", "a|b|c", "*", "{1}", "[", "]", "?", "#", "&", ";", "抢购", "🎉🎉", "é", "e\u0301", "\u202Eabc", "\uFEFF", "\uFFFD", "\uFFFF", "\u200B",
        "ﷺ", "İ", "ß", "Ω", "𝒳", new string('a', 65), new string('a', 129), new string('é', 64), string.Concat(Enumerable.Repeat("🎉", 40)), new string('9', 400), new string('a', 5000),
    ];

    public static IReadOnlyList<string> Times { get; } =
    [
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01", "2026-01-01T00:00:00", "10000-01-01T00:00:00Z", "-2026-01-01T00:00:00Z", "1e3", "now",
        "1970-01-01T00:00:00Z", "2026-01-01T00:00:00+99:99",
    ];

    /// <summary>Parts of JSON that are no scalars of the expected kind.</summary>
    public static IReadOnlyList<string> Values { get; } =
        ["null", "true", "false", "{}", "[]", "[1]", "[[]]", "{\"a\":1}", "\"\"", "\"1\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "[null]", "{\"a\":{\"b\":[{}]}}"];

    /// <summary>Text of some kind, now and then a long one.</summary>
    public static string Text(Dice dice)
    {
        var text = dice.Pick(Texts);
        if (dice.OneIn(8))
            text += dice.Pick(Texts);
        if (dice.OneIn(8))
            text = string.Create(CultureInfo.InvariantCulture, $"{dice.Long()}");
        return dice.OneIn(16) ? dice.Pick(Times) : text;
    }

    public static string Number(Dice dice) => dice.OneIn(4)
        ? dice.Long().ToString(CultureInfo.InvariantCulture)
        : dice.Pick(Numbers);
}
