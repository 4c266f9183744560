using System.Text.RegularExpressions;

using Seckill.TestSupport;

namespace Seckill.System.Tests.Monitoring;

/// <summary>An alert of deploy/prometheus/rules.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">Its lines.</param>
public sealed partial record AlertRule(string Name, string Text)
{
    /// <summary>The folder of Prometheus' configuration.</summary>
    public static string Folder => Path.Combine(Checkout.Root, "deploy", "prometheus");

    /// <summary>All files of rules.</summary>
    public static IReadOnlyList<string> Files => Directory.GetFiles(Path.Combine(Folder, "rules"), "*.yml");

    /// <summary>All files of tests of rules.</summary>
    public static IReadOnlyList<string> Tests => Directory.GetFiles(Path.Combine(Folder, "tests"), "*.yml");

    /// <summary>The value of a label or an annotation; empty when it has none.</summary>
    public string this[string key] => Regex.Match(Text, $@"^ +{key}: *(.*)$", RegexOptions.Multiline).Groups[1].Value.Trim('"');

    /// <summary>Metrics that its expression reads.</summary>
    public IReadOnlyList<string> Metrics => Metric().Matches(Text).Select(x => Suffix().Replace(x.Value, "")).Distinct().ToList();

    /// <summary>Reads all.</summary>
    public static IReadOnlyList<AlertRule> ReadAll() => Files
        .SelectMany(file => File.ReadAllText(file).Split("- alert: ")[1..])
        .Select(text => new AlertRule(text[..text.IndexOf('\n', StringComparison.Ordinal)], text))
        .ToList();

    /// <summary>What the tests of rules expect of it, in their order: whether it fires.</summary>
    public IEnumerable<IReadOnlyList<bool>> Expectations() => Tests
        .SelectMany(file => File.ReadAllText(file).Split("- name: ")[1..])
        .Select(test => Expectation().Matches(test).Where(x => x.Groups["name"].Value == Name).Select(x => !x.Groups["none"].Success).ToList());

    [GeneratedRegex(@"\b(seckill_[a-z_]+|compensation_[a-z_]+_total|failed_order_[a-z_]+_total)\b")]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"alertname: (?<name>\w+)(, exp_alerts: (?<none>\[\])|\s+exp_alerts:\s+- )")]
    private static partial Regex Expectation();
}
