using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Microsoft.Extensions.Logging;

using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>
/// Writes what a meter provider has collected as text that Prometheus reads. It collects when it is asked to and not by itself; one
/// collection at a time, which <see cref="MetricsScrapes"/> sees to.
/// </summary>
[ExportModes(ExportModes.Pull)]
sealed class PrometheusExporter(ILogger<PrometheusExporter> logger) : BaseExporter<Metric>, IPullMetricExporter
{
    readonly ConditionalWeakTable<Metric, ExportedMetric> _known = [];
    readonly List<ExportedMetric> _metrics = [];
    readonly List<ExportedMetric> _family = [];
    readonly HashSet<string> _complaints = [];
    readonly FamilyWriter _writer = new();
    readonly SeriesLabels _target = new();
    MetricsPage? _page;
    MetricsFormat _format;

    /// <summary>Set by the reader that the exporter belongs to.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>Collects now, into a page.</summary>
    public void WriteTo(MetricsPage page, MetricsFormat format)
    {
        (_page, _format) = (page, format);
        try
        {
            Collect?.Invoke(Timeout.Infinite);
        }
        finally
        {
            _page = null;
        }
    }

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Metric> batch)
    {
        // A provider that shuts down collects once more, and nobody asked.
        if (_page is not { } page)
            return ExportResult.Success;

        _metrics.Clear();
        foreach (var metric in batch)
            _metrics.Add(_known.GetValue(metric, static x => new ExportedMetric(x)));
        _metrics.Sort(ExportedMetric.Order);

        WriteTarget(page);
        for (var i = 0; i < _metrics.Count; i += _family.Count)
        {
            TakeFamily(i);
            WriteFamily(page);
        }

        if (_format == MetricsFormat.OpenMetrics)
            page.Write("# EOF\n"u8);
        page.IsComplete = true;
        return ExportResult.Success;
    }

    void TakeFamily(int start)
    {
        var name = _metrics[start].Name.Family;
        _family.Clear();
        for (var i = start; i < _metrics.Count && _metrics[i].Name.Family == name; i++)
            _family.Add(_metrics[i]);
    }

    void WriteFamily(MetricsPage page)
    {
        var all = CollectionsMarshal.AsSpan(_family);
        var type = all[0].Name.Type;
        var end = page.Length;
        try
        {
            // A family has one type. The metrics of another type have nowhere to go: better none than a page that is refused.
            var fitting = 0;
            foreach (var metric in all)
            {
                if (metric.Name.Type == type)
                    all[fitting++] = metric;
                else
                    Complain(metric, all[0]);
            }

            _writer.Write(page, _format, all[..fitting]);
        }
#pragma warning disable CA1031 // Whatever is wrong with one family, the others are written, and none by half.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            page.Length = end;
            logger.LogError(exception, "Metric {Name} could not be written", all[0].Name.Sample);
        }
    }

    void Complain(ExportedMetric metric, ExportedMetric first)
    {
        if (_complaints.Add(metric.Metric.MeterName + "/" + metric.Metric.Name))
        {
            logger.LogWarning(
                "Instrument {Name} of meter {Meter} is not exported: {Other} of {OtherMeter} has the same name in Prometheus and another type",
                metric.Metric.Name, metric.Metric.MeterName, first.Metric.Name, first.Metric.MeterName);
        }
    }

    void WriteTarget(MetricsPage page)
    {
        page.Write(_format == MetricsFormat.OpenMetrics
            ? "# HELP target What is being scraped\n# TYPE target info\n"u8
            : "# HELP target_info What is being scraped\n# TYPE target_info gauge\n"u8);
        _target.Begin();
        foreach (var (key, value) in ParentProvider.GetResource().Attributes)
            _target.Add(key, value);
        page.Write("target_info{"u8);
        _target.WriteTo(page);
        page.Write("} 1\n"u8);
    }
}
