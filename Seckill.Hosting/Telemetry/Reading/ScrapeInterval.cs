using System.Globalization;

namespace Seckill.Hosting.Telemetry.Reading;

/// <summary>What happened in a process between two scrapes.</summary>
/// <param name="Before">The first.</param>
/// <param name="After">The second.</param>
public sealed record ScrapeInterval(Scrape Before, Scrape After)
{
    /// <summary>How long it was; longer than zero.</summary>
    public double Seconds { get; } = (After.At - Before.At) is { Ticks: > 0 } time ? time.TotalSeconds : throw new ArgumentException("The second scrape must be later", nameof(After));

    /// <summary>
    /// By how much a counter has grown, all series of the name together; null when there are none. A series that has become smaller was begun anew with its
    /// process and counts from 0, as does one that was not there: ours exist from their first event on.
    /// </summary>
    public double? Increase(string name, Func<MetricSample, bool>? which = null)
    {
        var samples = After[name].Where(x => which is null || which(x)).ToList();
        if (samples.Count == 0)
            return null;

        var before = Before[name].ToDictionary(x => x.Series, x => x.Value, StringComparer.Ordinal);
        return samples.Sum(x => x.Value - (before.TryGetValue(x.Series, out var old) && old <= x.Value ? old : 0));
    }

    /// <summary>The same for each second.</summary>
    public double? Rate(string name, Func<MetricSample, bool>? which = null) => Increase(name, which) / Seconds;

    /// <summary>What a histogram has counted in the interval, by the upper bounds of its buckets; all series of the name together.</summary>
    public IReadOnlyDictionary<double, double> Buckets(string name, Func<MetricSample, bool>? which = null)
        => After[name + "_bucket"].Where(x => which is null || which(x)).Select(x => x["le"]).Distinct()
            .ToDictionary(
                le => le == "+Inf" ? double.PositiveInfinity : double.Parse(le, CultureInfo.InvariantCulture),
                le => Increase(name + "_bucket", x => x["le"] == le && (which is null || which(x))) ?? 0);
}
