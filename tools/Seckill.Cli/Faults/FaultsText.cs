using System.Globalization;

namespace Seckill.Cli.Faults;

/// <summary>The result of a demo of faults, for people.</summary>
static class FaultsText
{
    const int FindingsShown = 10;
    const int ProblemsShown = 30;

    public static void Write(TextWriter writer, FaultsResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        writer.WriteLine();
        Table(writer, result.Groups);
        writer.WriteLine();
        Row(writer, "tries", $"of compensation + of the dead-letter consumer, each after {FaultGroups.TransactionAttempts} of the transaction");
        Row(writer, "alerts", $"{result.Alerts.WeCom} to WeCom, {result.Alerts.DingTalk} to DingTalk (urgent ones, signed), {result.Alerts.Refused} refused");
        foreach (var (kind, count) in result.Alerts.Kinds.OrderByDescending(x => x.Value))
            Row(writer, "", $"{count,5} {kind}");
        Row(writer, "reprocessed", $"{result.Reprocessing.Single} one by one, {result.Reprocessing.Bulk} in bulk; {result.Reprocessing.HandledByHand} marked by hand");
        Row(writer, "took", $"{result.Seconds:0.0} s without the restart of the workers");
        Row(writer, "commit", $"{result.Commit}");
        Row(writer, "audit", result.Audit.Ok ? (FormattableString)$"ok" : $"{result.Audit.Totals.Orders} orders, {result.Audit.Findings.Count} findings");
        foreach (var finding in result.Audit.Findings.Take(FindingsShown))
            Row(writer, "", $"{finding.Kind} activity {finding.ActivityId} order {finding.OrderId}: expected {finding.Expected}, found {finding.Actual}");
        writer.WriteLine();
        foreach (var problem in result.Problems.Take(ProblemsShown))
            writer.WriteLine($"  PROBLEM: {problem}");
        writer.WriteLine(result.AsExpected ? "  Every order ended where it should, and the books balance." : $"  {result.Problems.Count} PROBLEMS.");
    }

    static void Table(TextWriter writer, IReadOnlyList<GroupResult> groups)
    {
        var rows = groups.Select(x => new[]
        {
            x.Name, Number(x.Orders), x.Story, x.ExpectedEnd, Counts(x.Ends), Counts(x.Tries), Number(x.Alerts), Number(x.UrgentAlerts),
        }).Prepend(["group", "orders", "what happens", "should end", "ended", "tries", "alerts", "urgent"]).ToList();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows)
            writer.WriteLine("  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    static string Counts(IReadOnlyDictionary<string, int> counts)
        => counts.Count == 0 ? "-" : string.Join(", ", counts.OrderByDescending(x => x.Value).Select(x => $"{Number(x.Value)} x {x.Key}"));

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    static void Row(TextWriter writer, string label, FormattableString text) => writer.WriteLine($"  {label,-14}{text.ToString(CultureInfo.InvariantCulture)}");
}
