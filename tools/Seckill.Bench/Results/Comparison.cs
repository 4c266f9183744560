using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Seckill.Bench.Results;

/// <summary>Two results side by side: every figure that both have, and its ratio.</summary>
static class Comparison
{
    // What a run was given, and what a reader would not compare.
    static readonly HashSet<string> LeftOut = ["rounds", "tried", "settings", "versions", "machine", "audit", "startedAt"];

    /// <summary>A Markdown table.</summary>
    public static string Of(BenchResult before, BenchResult after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"before: {Describe(before)}").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"after: {Describe(after)}").AppendLine()
            .AppendLine("| figure | before | after | after / before |").AppendLine("| --- | ---: | ---: | ---: |");
        var old = Figures(before);
        foreach (var (name, value) in Figures(after))
        {
            if (old.TryGetValue(name, out var previous))
                text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {previous:0.##} | {value:0.##} | {Ratio(previous, value)} |");
        }

        return text.ToString();
    }

    /// <summary>The figures of a result by their path in the JSON, in its order.</summary>
    public static IReadOnlyDictionary<string, double> Figures(BenchResult result)
    {
        var figures = new Dictionary<string, double>();
        Collect(BenchFile.Tree(result), "", figures);
        return figures;
    }

    static void Collect(JsonElement element, string path, Dictionary<string, double> figures)
    {
        if (element.ValueKind == JsonValueKind.Number)
            figures[path] = element.GetDouble();
        if (element.ValueKind != JsonValueKind.Object)
            return;

        foreach (var member in element.EnumerateObject().Where(x => !LeftOut.Contains(x.Name)))
            Collect(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", figures);
    }

    static string Ratio(double before, double after)
        => before == 0 ? "-" : (after / before).ToString("0.00", CultureInfo.InvariantCulture);

    static string Describe(BenchResult result)
        => string.Create(CultureInfo.InvariantCulture, $"commit {result.Commit}, {result.StartedAt:u}, {result.Machine?.Cores} cores, {result.Machine?.Cpu}, `{result.Command}`");
}
