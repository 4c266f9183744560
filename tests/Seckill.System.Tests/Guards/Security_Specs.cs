using System.Text.RegularExpressions;

using Seckill.TestSupport;

namespace Seckill.System.Tests.Guards;

/// <summary>docs/security.md: each threat names tests, and they exist.</summary>
public sealed partial class Security_Specs
{
    static readonly string Text = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "security.md"));

    [Fact]
    public void Should_name_a_test_for_each_threat()
    {
        var threats = Threat().Matches(Text).Select(x => x.Value).ToList();

        threats.Count.ShouldBeGreaterThan(20);
        threats.Where(x => !Test().IsMatch(x)).ShouldBeEmpty();
    }

    [Fact]
    public void Should_name_tests_that_exist()
        => Test().Matches(Text).Select(x => x.Groups["name"].Value).Where(x => !TestSources.All.Contains(x)).ShouldBeEmpty();

    [Fact]
    public void Should_name_every_package_that_has_a_version()
    {
        var packages = Package().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "Directory.Packages.props"))).Select(x => (Name: x.Groups["name"].Value, Version: x.Groups["version"].Value));

        packages.Where(x => !Text.Contains($"| `{x.Name}` | {x.Version} |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"^\| T[0-9]+ \|.*$", RegexOptions.Multiline)]
    private static partial Regex Threat();

    [GeneratedRegex(@"`(?<name>\w+_Specs\.Should_\w+)`")]
    private static partial Regex Test();

    [GeneratedRegex("<PackageVersion Include=\"(?<name>[^\"]+)\" Version=\"(?<version>[^\"]+)\"")]
    private static partial Regex Package();
}
