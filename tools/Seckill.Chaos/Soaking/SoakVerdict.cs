using System.Globalization;

namespace Seckill.Chaos.Soaking;

/// <summary>
/// Says what has grown. The first fifth of the samples is warming up; of the rest, the median of the second half must not lie above that of the first half
/// by more than a share and a bit: less would be noise, and what leaks goes beyond it in time.
/// </summary>
static class SoakVerdict
{
    /// <summary>Fewer samples than this say nothing.</summary>
    public const int LeastSamples = 10;

    const double Share = 0.15;
    const double MemorySlackMb = 32;
    const double CountSlack = 16;
    const double PerOrderShare = 0.5;
    const double PerOrderSlack = 4096;
    const double PerOrderKeys = 1;

    public static IReadOnlyList<string> Of(IReadOnlyList<SoakSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var judged = samples.Skip(samples.Count / 5).ToList();
        if (judged.Count < LeastSamples)
            return [string.Create(CultureInfo.InvariantCulture, $"{judged.Count} samples after warming up say nothing: {LeastSamples} are needed")];

        var findings = new List<string>();
        foreach (var name in judged[0].Programs.Keys)
        {
            var own = judged.Where(x => x.Programs.ContainsKey(name)).Select(x => x.Programs[name]).ToList();
            if (own.Select(x => x.ProcessId).Distinct().Count() > 1)
                findings.Add($"{name} was started anew, so that its figures say nothing");
            Compare(findings, $"memory of {name} (MB)", [.. own.Select(x => (double)x.MemoryMb)], MemorySlackMb);
            Compare(findings, $"handles of {name}", [.. own.Select(x => (double)x.Handles)], CountSlack);
            Compare(findings, $"connections of {name}", [.. own.Select(x => (double)x.Connections)], CountSlack);
        }

        foreach (var table in judged[0].PassingRows.Keys)
            Compare(findings, $"rows of {table}", [.. judged.Select(x => (double)x.PassingRows[table])], CountSlack);
        foreach (var what in judged[0].Kept.Keys)
            ComparePerOrder(findings, what, judged);
        return findings;
    }

    static void Compare(List<string> findings, string what, IReadOnlyList<double> values, double slack)
    {
        var (first, second) = (Median(values.Take(values.Count / 2)), Median(values.Skip(values.Count / 2)));
        if (second > (first * (1 + Share)) + slack)
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"{what} went from {first:0} to {second:0}"));
    }

    /// <summary>What is kept of orders grows with them, and is not to grow faster later than it did before.</summary>
    static void ComparePerOrder(List<string> findings, string what, List<SoakSample> samples)
    {
        var cells = samples.Zip(samples.Skip(1), (from, to) => (Grown: (double)(to.Kept[what] - from.Kept[what]), Orders: to.Orders - from.Orders)).ToList();
        var (first, second) = (PerOrder([.. cells.Take(cells.Count / 2)]), PerOrder([.. cells.Skip(cells.Count / 2)]));
        var slack = what.StartsWith("keys", StringComparison.Ordinal) ? PerOrderKeys : PerOrderSlack;
        if (second > (Math.Max(0, first) * (1 + PerOrderShare)) + slack)
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"{what} for each order went from {first:0.0} to {second:0.0}"));

        // Logs grow by much in cells in which much fails, and shrink when one is rotated. Servers take memory and files in steps of several cells, of which a median sees none or all.
        double PerOrder(IReadOnlyList<(double Grown, int Orders)> part) => what == SoakSample.Logs
            ? Median(part.Select(x => x.Grown / Math.Max(1, x.Orders)))
            : part.Sum(x => x.Grown) / Math.Max(1, part.Sum(x => x.Orders));
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
