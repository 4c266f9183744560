using System.Diagnostics.Metrics;

namespace Seckill.Sagas.Tests.Clock;

/// <summary>Reads one gauge of one service provider.</summary>
sealed class GaugeReader : IDisposable
{
    readonly MeterListener _listener = new();
    long? _value;

    public GaugeReader(IMeterFactory meters, string instrument)
    {
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Meter.Scope == meters && published.Name == instrument)
                listener.EnableMeasurementEvents(published);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _value = value);
        _listener.Start();
    }

    public long? Read()
    {
        _value = null;
        _listener.RecordObservableInstruments();
        return _value;
    }

    public void Dispose() => _listener.Dispose();
}
