using OpenTelemetry.Metrics;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>
/// Writes one family: HELP, TYPE and each series once, in the order of their labels. The metrics of a family come from one meter or, when
/// several use the same name, from all of them, told apart by label <c>otel_scope_name</c>. Not for several threads.
/// </summary>
sealed class FamilyWriter
{
    readonly MetricsPage _labels = new();
    readonly List<Series> _series = [];
    readonly List<MetricPoint> _points = [];
    readonly SeriesLabels _current = new();
    readonly IComparer<Series> _byLabels;

    public FamilyWriter() => _byLabels = Comparer<Series>.Create((x, y) =>
    {
        var order = LabelsOf(x).SequenceCompareTo(LabelsOf(y));
        return order == 0 ? x.Point.CompareTo(y.Point) : order;
    });

    /// <summary>Writes the family.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="format">How.</param>
    /// <param name="metrics">Its metrics, all of one type.</param>
    public void Write(MetricsPage page, MetricsFormat format, ReadOnlySpan<ExportedMetric> metrics)
    {
        _labels.Clear();
        _series.Clear();
        _points.Clear();
        var first = metrics[0];
        var isShared = false;
        foreach (var metric in metrics)
            isShared |= !metric.HasScopeOf(first);
        foreach (var metric in metrics)
            Collect(metric, isShared);

        _series.Sort(_byLabels);
        WriteHead(page, format, first.Name, first.Help);
        for (var i = 0; i < _series.Count; i++)
        {
            // Of two series with the same labels Prometheus would refuse the whole scrape.
            if (i == 0 || !LabelsOf(_series[i]).SequenceEqual(LabelsOf(_series[i - 1])))
                WriteSeries(page, format, _series[i]);
        }
    }

    /// <summary>Writes what a family is.</summary>
    public static void WriteHead(MetricsPage page, MetricsFormat format, PrometheusName name, string help)
    {
        var isOpen = format == MetricsFormat.OpenMetrics;
        // In OpenMetrics a counter's samples have the ending, its family has not.
        var family = isOpen ? name.Family : name.Sample;
        page.Write("# HELP "u8).Write(family).Write(" "u8).WriteEscaped(help, escapeQuotes: isOpen).Write("\n# TYPE "u8).Write(family);
        page.Write(name.Type switch
        {
            FamilyType.Counter => " counter\n"u8,
            FamilyType.Histogram => " histogram\n"u8,
            _ => " gauge\n"u8,
        });
        if (isOpen && name.Unit.Word.Length > 0)
            page.Write("# UNIT "u8).Write(family).Write(" "u8).Write(name.Unit.Word).Write("\n"u8);
    }

    ReadOnlySpan<byte> LabelsOf(Series series) => _labels.Part(series.LabelsStart, series.LabelsLength);

    void Collect(ExportedMetric metric, bool isShared)
    {
        foreach (ref readonly var point in metric.Metric.GetMetricPoints())
        {
            _current.Begin();
            if (isShared)
                _current.Add("otel_scope_name", metric.Metric.MeterName).Add("otel_scope_version", metric.Metric.MeterVersion);
            var start = _labels.Length;
            _current.Add(point.Tags).WriteTo(_labels);
            _series.Add(new Series(metric, _points.Count, start, _labels.Length - start));
            _points.Add(point);
        }
    }

    void WriteSeries(MetricsPage page, MetricsFormat format, Series series)
    {
        var point = _points[series.Point];
        var unit = series.Metric.Name.Unit;
        switch (series.Metric.Metric.MetricType)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                WriteValue(page, series, point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                WriteName(page, series).Write(unit.Convert(point.GetSumDouble())).Write("\n"u8);
                break;
            case MetricType.LongGauge:
                WriteValue(page, series, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                WriteName(page, series).Write(unit.Convert(point.GetGaugeLastValueDouble())).Write("\n"u8);
                break;
            case MetricType.Histogram:
                WriteHistogram(page, format, series, point, point.GetHistogramBuckets());
                break;
            case MetricType.ExponentialHistogram:
                WriteHistogram(page, format, series, point, buckets: null);
                break;
            default:
                throw new NotSupportedException($"Metric {series.Metric.Metric.Name} is of type {series.Metric.Metric.MetricType}");
        }
    }

    void WriteValue(MetricsPage page, Series series, long value)
    {
        var unit = series.Metric.Name.Unit;
        var line = WriteName(page, series);
        (unit is { Multiplier: 1, Divisor: 1 } ? line.Write(value) : line.Write(unit.Convert(value))).Write("\n"u8);
    }

    MetricsPage WriteName(MetricsPage page, Series series)
    {
        page.Write(series.Metric.Name.Sample);
        if (series.LabelsLength > 0)
            page.Write("{"u8).Write(LabelsOf(series)).Write("}"u8);
        return page.Write(" "u8);
    }

    void WriteHistogram(MetricsPage page, MetricsFormat format, Series series, MetricPoint point, HistogramBuckets? buckets)
    {
        var unit = series.Metric.Name.Unit;
        var isOpen = format == MetricsFormat.OpenMetrics;
        // The text format has no room for them.
        ReadOnlyExemplarCollection? exemplars = isOpen && point.TryGetExemplars(out var found) ? found : null;
        long cumulative = 0;
        var below = double.NegativeInfinity;
        if (buckets is not null)
        {
            foreach (var bucket in buckets)
            {
                cumulative += bucket.BucketCount;
                if (double.IsPositiveInfinity(bucket.ExplicitBound))
                    continue;

                WriteBucketName(page, series).Write(unit.Convert(bucket.ExplicitBound), withPoint: isOpen).Write("\"} "u8).Write(cumulative);
                WriteExemplar(page, unit, exemplars, below, bucket.ExplicitBound);
                page.Write("\n"u8);
                below = bucket.ExplicitBound;
            }
        }

        var count = point.GetHistogramCount();
        WriteBucketName(page, series).Write("+Inf\"} "u8).Write(count);
        WriteExemplar(page, unit, exemplars, below, double.PositiveInfinity);
        page.Write("\n"u8);
        WritePart(page, series, "_sum"u8).Write(unit.Convert(point.GetHistogramSum())).Write("\n"u8);
        WritePart(page, series, "_count"u8).Write(count).Write("\n"u8);
    }

    /// <summary>Writes a measurement of a bucket with the trace that it was made in, if there is one: the bucket's values lie above one bound, and not above the other.</summary>
    static void WriteExemplar(MetricsPage page, PrometheusUnit unit, ReadOnlyExemplarCollection? exemplars, double above, double upTo)
    {
        if (exemplars is not { } all)
            return;

        foreach (ref readonly var exemplar in all)
        {
            if (exemplar.TraceId == default || !(exemplar.DoubleValue > above && exemplar.DoubleValue <= upTo))
                continue;

            page.Write(" # {trace_id=\""u8).Write(exemplar.TraceId.ToHexString()).Write("\",span_id=\""u8).Write(exemplar.SpanId.ToHexString()).Write("\"} "u8)
                .Write(unit.Convert(exemplar.DoubleValue)).Write(" "u8).Write(exemplar.Timestamp.ToUnixTimeMilliseconds() / 1000.0);
            return;
        }
    }

    MetricsPage WriteBucketName(MetricsPage page, Series series)
    {
        page.Write(series.Metric.Name.Family).Write("_bucket{"u8).Write(LabelsOf(series));
        return page.Write(series.LabelsLength > 0 ? ",le=\""u8 : "le=\""u8);
    }

    MetricsPage WritePart(MetricsPage page, Series series, ReadOnlySpan<byte> ending)
    {
        page.Write(series.Metric.Name.Family).Write(ending);
        if (series.LabelsLength > 0)
            page.Write("{"u8).Write(LabelsOf(series)).Write("}"u8);
        return page.Write(" "u8);
    }

    readonly record struct Series(ExportedMetric Metric, int Point, int LabelsStart, int LabelsLength);
}
