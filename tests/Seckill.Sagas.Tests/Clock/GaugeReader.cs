using System.Diagnostics.Metrics;

namespace Seckill.Sagas.Tests.Clock;

/// <summary>Collects what is recorded on one gauge.</summary>
sealed class GaugeReader : IDisposable
{
    readonly MeterListener _listener = new();

    public GaugeReader(string meter, string instrument)
    {
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Meter.Name == meter && published.Name == instrument)
                listener.EnableMeasurementEvents(published);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Values.Add(value));
        _listener.Start();
    }

    public List<long> Values { get; } = [];

    public void Dispose() => _listener.Dispose();
}
