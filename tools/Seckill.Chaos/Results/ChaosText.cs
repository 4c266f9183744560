using System.Globalization;

using Seckill.Chaos.Soaking;

namespace Seckill.Chaos.Results;

/// <summary>Schedule and results, for people.</summary>
static class ChaosText
{
    public static void Write(TextWriter writer, ScheduledCell cell)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Line(writer, $"  {cell.Round,2}  {cell.Name,-44} order {cell.FaultAtOrder,3} of {cell.Orders,3}: {cell.Fault}");
    }

    public static void Write(TextWriter writer, CellResult cell)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var ends = string.Join(", ", cell.Ends.Concat(cell.Refused).OrderByDescending(x => x.Value).Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Value} {x.Key}")));
        Line(writer, $"  {(cell.Findings.Count > 0 ? "FAIL" : cell.WasMet ? "ok  " : "-   ")} {cell.Name,-44} {cell.Seconds,5:0.0} s, decided in {cell.DecidedInSeconds:0.0} s, undersell {cell.UndersellUnitSeconds:0.0} unit-seconds; {ends}");
        WriteFindings(writer, cell.Findings);
        if (cell.Findings.Count == 0)
            return;

        Line(writer, $"         fault: {cell.Fault}, at order {cell.FaultAtOrder} of {cell.Orders}");
        Line(writer, $"         logs:  {cell.Logs}");
        Line(writer, $"         again: {cell.Repeat}");
    }

    public static void WriteFindings(TextWriter writer, IReadOnlyList<string> findings)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (var finding in findings)
            Line(writer, $"         {finding}");
    }

    public static void WriteEnd(TextWriter writer, ChaosResult result)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var failed = result.Cells.Where(x => x.Findings.Count > 0).ToList();
        writer.WriteLine();
        Line(writer, $"  cells                 {result.Cells.Count}, {failed.Count} with findings");
        if (result.Unmet.Count > 0)
            Line(writer, $"  not met               {result.Unmet.Count}, whose fault nobody came by in any try: {string.Join(", ", result.Unmet)}");
        foreach (var reason in result.LeftOut)
            Line(writer, $"  left out              {reason}");
        if (result.NotPlayed > 0)
            Line(writer, $"  not played            {result.NotPlayed} of {result.Schedule.Count}: {result.CutOff ?? "the run was ended"}");
        Line(writer, $"  orders                {result.Cells.Sum(x => x.Orders)}, {result.Cells.Sum(x => x.Accepted)} accepted, each accounted for to its buyer where there is no finding");
        Line(writer, $"  decided               {(result.Cells.Count == 0 ? 0 : result.Cells.Max(x => x.DecidedInSeconds)):0.0} s after the fault at most, {result.BoundSeconds} s allowed");
        Line(writer, $"  undersell             {result.Cells.Sum(x => x.UndersellUnitSeconds):0.0} unit-seconds");
        Line(writer, $"  commit                {result.Commit}");
        foreach (var cell in failed)
            Line(writer, $"  again                 {cell.Repeat}");
        writer.WriteLine();
        writer.WriteLine("  " + Verdict(result));
    }

    public static void WriteEnd(TextWriter writer, SoakResult result)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteLine();
        Line(writer, $"  cells                 {result.Cells.Count}, {result.Cells.Count(x => x.Findings.Count > 0)} with findings; {result.Cells.Sum(x => x.Orders)} orders");
        if (result.Cells.Count(x => !x.WasMet && x.Findings.Count == 0) is > 0 and var unmet)
            Line(writer, $"  not met               {unmet}, whose fault nobody came by");
        Line(writer, $"  samples               {result.Samples.Count}, {result.Rule}");
        Line(writer, $"  commit                {result.Commit}");
        foreach (var growth in result.Growth)
            Line(writer, $"  GROWTH                {growth}");
        writer.WriteLine();
        Line(writer, result.Findings == 0 ? (FormattableString)$"  Flat, and nothing lost, oversold or undecided." : $"  {result.Findings} FINDINGS.");
    }

    static string Verdict(ChaosResult result) => result switch
    {
        { Findings: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{result.Findings} FINDINGS."),
        { NotPlayed: > 0 } => "Nothing found in the cells that were played.",
        { Unmet.Count: > 0 } => string.Create(CultureInfo.InvariantCulture, $"Nothing lost, oversold or undecided where the fault was met; {result.Unmet.Count} cells show nothing."),
        _ => "Nothing lost, oversold or undecided.",
    };

    static void Line(TextWriter writer, FormattableString text) => writer.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
