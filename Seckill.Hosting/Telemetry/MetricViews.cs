using System.Diagnostics.Metrics;

using OpenTelemetry.Metrics;

namespace Seckill.Hosting.Telemetry;

/// <summary>How instruments are aggregated: buckets of histograms, and how many series one may have.</summary>
static class MetricViews
{
    /// <summary>
    /// Series of one instrument. Measurements with further tags are added up in one series with tag <c>otel.metric.overflow</c>, so a tag that
    /// runs wild costs accuracy and not memory.
    /// </summary>
    public const int CardinalityLimit = 1000;

    /// <summary>Durations in seconds, from 1 ms to 10 s. The limits that alerts use (0.5 s) are among them.</summary>
    public static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 10];

    /// <summary>Numbers of things: rows of a batch, attempts of an order.</summary>
    public static readonly double[] Numbers = [1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

    /// <summary>The aggregation of an instrument.</summary>
    public static MetricStreamConfiguration Of(Instrument instrument) => BoundsOf(instrument) is { } bounds
        ? new ExplicitBucketHistogramConfiguration { Boundaries = bounds, RecordMinMax = false, CardinalityLimit = CardinalityLimit }
        : new MetricStreamConfiguration { CardinalityLimit = CardinalityLimit };

    /// <summary>Null for what is no histogram, and for one whose author knows better.</summary>
    static double[]? BoundsOf(Instrument instrument)
    {
        if (!IsHistogram(instrument, out var isAdvised))
            return null;

        // Of other meters only durations of work are ours to judge; the life of a connection, for example, is counted in minutes.
        var isOurs = instrument.Meter.Name.StartsWith("Seckill.", StringComparison.Ordinal);
        return (instrument.Unit, instrument.Meter.Name) switch
        {
            ("s", _) when isOurs => isAdvised ? null : Seconds,
            ("s", "Microsoft.AspNetCore.Hosting") => Seconds,
            ("ms", TelemetryNames.MassTransitMeter) => Array.ConvertAll(Seconds, x => x * 1000),
            _ when isOurs && !isAdvised => Numbers,
            _ => null,
        };
    }

    static bool IsHistogram(Instrument instrument, out bool isAdvised)
    {
        (var isHistogram, isAdvised) = instrument switch
        {
            Histogram<double> doubles => (true, doubles.Advice?.HistogramBucketBoundaries is not null),
            Histogram<long> longs => (true, longs.Advice?.HistogramBucketBoundaries is not null),
            Histogram<int> integers => (true, integers.Advice?.HistogramBucketBoundaries is not null),
            _ => (false, false),
        };
        return isHistogram;
    }
}
