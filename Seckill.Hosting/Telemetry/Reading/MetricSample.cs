namespace Seckill.Hosting.Telemetry.Reading;

/// <summary>A line of a page of metrics.</summary>
/// <param name="Series">Name and labels as they were written: the same in each scrape of a process.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
public sealed record MetricSample(string Series, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The value of a label; empty when it has none of that name, which Prometheus takes for the same.</summary>
    public string this[string label] => Labels.GetValueOrDefault(label, "");
}
