using System.Text.RegularExpressions;

using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Runbook;

/// <summary>docs/runbook.md, taken apart.</summary>
static partial class RunbookText
{
    static readonly string Text = Read("runbook.md");

    /// <summary>A file of docs/.</summary>
    public static string Read(string name) => File.ReadAllText(Path.Combine(Checkout.Root, "docs", name));

    /// <summary>Places that links lead to.</summary>
    public static IReadOnlyList<string> Anchors => All(Anchor(), Text);

    /// <summary>Places in this file that its links name.</summary>
    public static IReadOnlyList<string> Links => All(Link(), Text);

    /// <summary>Each fenced block of a language, without its fences.</summary>
    public static IReadOnlyList<string> Blocks(string language) => Block().Matches(Text)
        .Where(x => x.Groups["language"].Value == language).Select(x => x.Groups["text"].Value).ToList();

    /// <summary>Names that can only be those of metrics, without what Prometheus adds to histograms.</summary>
    public static IReadOnlyList<string> Metrics => All(Metric(), Text)
        .Select(x => HistogramSuffix().Replace(x, "")).Distinct().ToList();

    /// <summary>What is called at the API, without query.</summary>
    public static IReadOnlyList<string> Paths => All(Call(), Text);

    /// <summary>Sections, each by its anchor.</summary>
    public static IReadOnlyDictionary<string, string> Sections => Text.Split("<a id=\"")[1..]
        .ToDictionary(x => x[..x.IndexOf('"', StringComparison.Ordinal)], x => x);

    static List<string> All(Regex form, string text)
        => form.Matches(text).Select(x => x.Groups["name"].Value).Distinct().ToList();

    [GeneratedRegex("""<a id="(?<name>[^"]+)"></a>\n## """)]
    private static partial Regex Anchor();

    [GeneratedRegex(@"\]\(#(?<name>[^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(?<name>\bseckill_[a-z_]+|\bcompensation_[a-z_]*_total\b|\bfailed_order_[a-z_]*_total\b)")]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramSuffix();

    [GeneratedRegex("""(?:"\$API|(?:GET|POST|PUT) )(?<name>/[^"?`\s]+)""")]
    private static partial Regex Call();
}
