using System.Globalization;

namespace Seckill.Cli.Mutations;

/// <summary>Catalogue and report, for people.</summary>
static class MutationText
{
    /// <summary>One line for each mutation.</summary>
    public static void WriteList(TextWriter writer, IReadOnlyList<Mutation> mutations)
    {
        foreach (var mutation in mutations)
            writer.WriteLine($"{mutation.Name,-44} {mutation.Guards} ({mutation.File})");
    }

    /// <summary>The last lines of a run.</summary>
    public static void WriteSummary(TextWriter writer, MutationReport report)
    {
        writer.WriteLine();
        writer.WriteLine(Summary(report));
    }

    /// <summary>The table of docs/mutations.md.</summary>
    public static void WriteMarkdown(TextWriter writer, MutationReport report)
    {
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Commit `{report.Commit}`, {report.Seconds / 60:0} minutes: {Summary(report)}."));
        writer.WriteLine();
        writer.WriteLine("| mutation | what its guard keeps from happening | in | missed by |");
        writer.WriteLine("| --- | --- | --- | --- |");
        foreach (var result in report.Results)
        {
            var missedBy = result.Verdict == MutationVerdict.Killed ? string.Join("<br>", result.KilledBy.Select(x => $"`{x}`")) : $"**{result.Verdict}**";
            writer.WriteLine($"| `{result.Name}` | {result.Guards} | `{Path.GetFileName(result.File)}` | {missedBy} |");
        }
    }

    static string Summary(MutationReport report)
    {
        var counts = report.Results.CountBy(x => x.Verdict).ToDictionary();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.Results.Count == report.Mutations ? "" : $"cut off after {report.Results.Count} of ")}{report.Mutations} mutations: {counts.GetValueOrDefault(MutationVerdict.Killed)} killed, {counts.GetValueOrDefault(MutationVerdict.Survived)} survived, {counts.GetValueOrDefault(MutationVerdict.Error)} errors");
    }
}
