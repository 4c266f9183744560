using System.Globalization;

using Seckill.Sagas.Audit;

namespace Seckill.Cli;

/// <summary>An audit's report, for people.</summary>
static class AuditText
{
    const int FindingsShown = 50;

    public static void Write(TextWriter writer, AuditReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var totals = report.Totals;
        Line(writer, "Audit", $"{report.CheckedAt:u}, {report.DurationMs} ms");
        Line(writer, "Looked at", $"{totals.Activities} activities, {totals.Skus} SKUs, {totals.Orders} orders");
        Line(writer, "Orders", $"{totals.Committed} committed ({totals.Paid} paid), {totals.Cancelled} cancelled, {totals.RolledBack} rolled back, {totals.Undecided} undecided");
        Line(writer, "Oversold", $"{totals.Oversold} units");
        Line(writer, "Lost", $"{totals.Lost}");
        Line(writer, "Duplicates", $"{totals.Duplicates}");
        if (totals.UnitsInFlight > 0)
            Line(writer, "In flight", $"{totals.UnitsInFlight} units were on their way throughout and could not be told from a difference");
        foreach (var note in report.Notes)
            Line(writer, "Note", $"{note}");
        foreach (var finding in report.Findings.Take(FindingsShown))
            WriteFinding(writer, finding);
        if (report.FindingCount > FindingsShown)
            Line(writer, "", $"and {report.FindingCount - FindingsShown} more");
        Line(writer, "Books", report.Ok ? (FormattableString)$"balance" : $"DO NOT BALANCE: {report.FindingCount} findings");
    }

    static void WriteFinding(TextWriter writer, AuditFinding finding)
    {
        var where = new List<string>();
        if (finding.ActivityId is { } activityId)
            where.Add(string.Create(CultureInfo.InvariantCulture, $"activity {activityId}"));
        if (finding.SkuId is { } skuId)
            where.Add(string.Create(CultureInfo.InvariantCulture, $"SKU {skuId}"));
        if (finding.OrderId is { } orderId)
            where.Add($"order {orderId:D}");
        if (finding.BuyerId is { } buyerId)
            where.Add($"buyer {buyerId}");
        Line(writer, "Finding", $"{finding.Kind}: {string.Join(", ", where)}");
        Line(writer, "", $"expected {finding.Expected}; found {finding.Actual}");
        Line(writer, "", $"{finding.Meaning}");
    }

    static void Line(TextWriter writer, string label, FormattableString text)
        => writer.WriteLine($"{label,-12}{text.ToString(CultureInfo.InvariantCulture)}");
}
