using System.Diagnostics.Metrics;

namespace Seckill.TestSupport;

/// <summary>The instruments that exist in this process, whether anything was measured with them or not.</summary>
public static class PublishedInstruments
{
    /// <summary>Those of meters with a name, each as docs/metrics.md would have it but for its name in Prometheus and its tags.</summary>
    public static IReadOnlyList<(string Instrument, string Type, string Unit)> Of(params string[] meters)
    {
        var found = new List<(string, string, string)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (meters.Contains(instrument.Meter.Name))
                    found.Add((instrument.Name, TypeOf(instrument), instrument.Unit ?? ""));
            },
        };
        listener.Start();
        return found.Distinct().Order().ToList();
    }

    /// <summary>Those of them that docs/metrics.md does not list as they are.</summary>
    public static IReadOnlyList<(string Instrument, string Type, string Unit)> Undocumented(params string[] meters)
        => Of(meters).Except(DocumentedMetric.ReadAll().Select(x => (x.Instrument, x.Type, x.Unit))).ToList();

    static string TypeOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => "counter",
        "Histogram" => "histogram",
        _ => "gauge",
    };
}
