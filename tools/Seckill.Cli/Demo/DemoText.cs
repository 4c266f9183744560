using System.Globalization;

namespace Seckill.Cli.Demo;

/// <summary>A demo's result, for people.</summary>
static class DemoText
{
    const int FindingsShown = 10;

    public static void Write(TextWriter writer, DemoResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        void Row(string label, FormattableString text) => writer.WriteLine($"  {label,-22}{text.ToString(CultureInfo.InvariantCulture)}");

        writer.WriteLine();
        Row("offered", $"{result.Offered} buyers, {result.OfferedPerSecond:0} requests/s over {result.Load.Connections} connections");
        Row("admitted", $"{result.Admitted}");
        foreach (var (code, count) in result.Refused.OrderByDescending(x => x.Value))
            Row($"refused: {code}", $"{count}");
        Row("committed", $"{result.Committed}");
        Row("rolled back", $"{result.RolledBack}");
        Row("undecided", $"{result.Undecided}");
        Row("oversold", $"{result.Oversold}");
        Row("lost", $"{result.Lost}");
        Row("duplicates", $"{result.Duplicates}");
        Row("repeated requests", $"{result.Repeats.Sent} sent, {result.Repeats.SameAnswer} answered like the first");
        Row("wrong requests", $"{result.WrongRequests.Sent} sent, {result.WrongRequests.AnsweredAsExpected} refused as documented");
        Row("tries again", $"{result.Retries}");
        if (result.Restarts.Count > 0)
            Row("started again", $"{string.Join(", ", result.Restarts)}");
        Row("HTTP answer", $"p50 {result.Http.P50Ms:0.0} ms, p99 {result.Http.P99Ms:0.0} ms");
        Row("HTTP to decision", $"p50 {result.Decided.P50Ms:0.0} ms, p99 {result.Decided.P99Ms:0.0} ms");
        Row("committed per second", $"{result.CommittedPerSecond:0} (first request to last reported decision, {result.SecondsToLastDecision:0.00} s)");
        Row("  by MySQL's times", $"{result.CommittedPerSecondByLedger:0}");
        Row("memory at its peak", $"api {Megabytes(result.Memory.ApiMb)}, worker {Megabytes(result.Memory.WorkerMb)}");
        Row("load generator", $"{result.Load.CpuSeconds:0.0} s of CPU, on the same cores");
        Row("machine", $"{result.Machine.Cores} cores, {result.Machine.Cpu}; all servers and the load on it");
        Row("commit", $"{result.Commit}");
        Row("audit", result.Audit.Ok ? (FormattableString)$"ok" : $"{result.Audit.Totals.Orders} orders, {result.Audit.Findings.Count} findings");
        foreach (var finding in result.Audit.Findings.Take(FindingsShown))
            Row("", $"{finding.Kind} activity {finding.ActivityId} order {finding.OrderId}: expected {finding.Expected}, found {finding.Actual}");
        writer.WriteLine();
        foreach (var problem in result.Problems)
            writer.WriteLine($"  PROBLEM: {problem}");
        writer.WriteLine(result.Balanced ? "  The books balance." : "  The books DO NOT balance.");
    }

    static string Megabytes(long? value) => value is null ? "?" : string.Create(CultureInfo.InvariantCulture, $"{value} MB");
}
