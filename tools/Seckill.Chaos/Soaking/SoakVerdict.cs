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
        ComparePerOrder(findings, "bytes of tables", judged, x => x.TableBytes);
        ComparePerOrder(findings, "bytes of logs", judged, x => x.LogBytes);
        return findings;
    }

    static void Compare(List<string> findings, string what, IReadOnlyList<double> values, double slack)
    {
        var (first, second) = (Median(values.Take(values.Count / 2)), Median(values.Skip(values.Count / 2)));
        if (second > (first * (1 + Share)) + slack)
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"{what} went from {first:0} to {second:0}"));
    }

    /// <summary>What is kept of orders grows with them, and is not to grow faster later than it did before.</summary>
    static void ComparePerOrder(List<string> findings, string what, List<SoakSample> samples, Func<SoakSample, long> bytes)
    {
        var (begin, middle, end) = (samples[0], samples[samples.Count / 2], samples[^1]);
        var (first, second) = (PerOrder(begin, middle), PerOrder(middle, end));
        if (second > first * (1 + PerOrderShare))
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"{what} for each order went from {first:0} to {second:0}"));

        double PerOrder(SoakSample from, SoakSample to) => (double)(bytes(to) - bytes(from)) / Math.Max(1, to.Orders - from.Orders);
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
