using System.Collections.Frozen;

using OpenTelemetry.Metrics;

namespace Seckill.Hosting.Telemetry.Prometheus;

/// <summary>A metric of OpenTelemetry with what it becomes. Worked out once for each.</summary>
sealed class ExportedMetric(Metric metric)
{
    /// <summary>The runtime and MassTransit declare these as counters, though they go down as well.</summary>
    static readonly FrozenSet<string> NoCounters = FrozenSet.Create(
        "dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length", "messaging.masstransit.receive.active",
        "messaging.masstransit.consume.active", "messaging.masstransit.handler.active", "messaging.masstransit.saga.active",
        "messaging.masstransit.execute.active", "messaging.masstransit.compensate.active");

    /// <summary>By family, and within it in an order that does not depend on when an instrument was made.</summary>
    public static readonly IComparer<ExportedMetric> Order = Comparer<ExportedMetric>.Create(Compare);

    /// <summary>The metric.</summary>
    public Metric Metric { get; } = metric;

    /// <summary>Its name.</summary>
    public PrometheusName Name { get; } = NameOf(metric);

    /// <summary>What it means; never empty.</summary>
    public string Help { get; } = HelpOf(metric, NameOf(metric).Unit);

    /// <summary>Whether both come from the same meter.</summary>
    public bool HasScopeOf(ExportedMetric other) => Metric.MeterName == other.Metric.MeterName && Metric.MeterVersion == other.Metric.MeterVersion;

    static string HelpOf(Metric metric, PrometheusUnit unit)
    {
        var help = metric.Description.Length > 0 ? metric.Description : $"Instrument {metric.Name} of meter {metric.MeterName}";
        // Some descriptions name the unit that the values had.
        return unit is { Multiplier: 1, Divisor: 1 } ? help : $"{help} (here in {unit.Word})";
    }

    static PrometheusName NameOf(Metric metric)
    {
        var type = metric.MetricType switch
        {
            _ when NoCounters.Contains(metric.Name) => FamilyType.Gauge,
            MetricType.LongSum or MetricType.DoubleSum => FamilyType.Counter,
            MetricType.Histogram or MetricType.ExponentialHistogram => FamilyType.Histogram,
            _ => FamilyType.Gauge,
        };
        var isUpDownCounter = metric.MetricType is not (MetricType.LongGauge or MetricType.DoubleGauge);
        return PrometheusName.Of(metric.Name, metric.Unit, type, isUpDownCounter);
    }

    static int Compare(ExportedMetric x, ExportedMetric y)
    {
        var order = string.CompareOrdinal(x.Name.Family, y.Name.Family);
        if (order == 0)
            order = string.CompareOrdinal(x.Metric.MeterName, y.Metric.MeterName);
        if (order == 0)
            order = string.CompareOrdinal(x.Metric.MeterVersion, y.Metric.MeterVersion);
        if (order == 0)
            order = string.CompareOrdinal(x.Metric.Name, y.Metric.Name);
        return order == 0 ? x.Name.Type.CompareTo(y.Name.Type) : order;
    }
}
