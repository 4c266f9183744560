using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Seckill.Cli.Mutations;

/// <summary>How a call of <c>dotnet test</c> ended.</summary>
/// <param name="Passed">How many tests passed.</param>
/// <param name="Failed">The tests that failed, without namespace and arguments.</param>
/// <param name="Problem">Why nothing is known of the tests; null when they ran to their end.</param>
sealed record TestRun(int Passed, IReadOnlyList<string> Failed, string? Problem)
{
    /// <summary>What it says of a guard that was removed.</summary>
    public MutationVerdict Verdict => Problem is not null ? MutationVerdict.Error : Failed.Count > 0 ? MutationVerdict.Killed : MutationVerdict.Survived;

    static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Reads the file that the logger <c>trx</c> writes.</summary>
    public static TestRun Read(string file, int exitCode)
    {
        if (!File.Exists(file))
            return new TestRun(0, [], $"the tests were not run, exit code {exitCode}");

        List<XElement> results;
        try
        {
            results = [.. XDocument.Load(file).Descendants(Trx + "UnitTestResult")];
        }
        catch (XmlException exception)
        {
            // Of the disk that was full, or of a process that was ended, no other mutation is to suffer.
            return new TestRun(0, [], $"the tests' results can't be read, exit code {exitCode}: {exception.Message}");
        }

        var failed = results.Where(x => Outcome(x) == "Failed").Select(x => ShortName((string?)x.Attribute("testName") ?? "")).Distinct().ToList();
        var passed = results.Count(x => Outcome(x) == "Passed");
        if (passed + failed.Count == 0)
            return new TestRun(0, [], "no test was run");
        return exitCode == 0 == (failed.Count == 0)
            ? new TestRun(passed, failed, null)
            : new TestRun(passed, failed, string.Create(CultureInfo.InvariantCulture, $"{failed.Count} tests failed, exit code {exitCode}"));
    }

    static string? Outcome(XElement result) => (string?)result.Attribute("outcome");

    /// <summary>Class and method, as the catalogue names them.</summary>
    static string ShortName(string name)
    {
        var end = name.IndexOf('(', StringComparison.Ordinal);
        var parts = (end < 0 ? name : name[..end]).Split('.');
        return string.Join('.', parts[^Math.Min(2, parts.Length)..]);
    }
}
