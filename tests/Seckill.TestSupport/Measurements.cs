using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Seckill.TestSupport;

/// <summary>What instruments of this process measure from now on.</summary>
public sealed class Measurements : IDisposable
{
    readonly MeterListener _listener = new();
    readonly ConcurrentQueue<Measured> _all = new();

    /// <summary>Listens to the instruments of meters with a name; with <paramref name="meters"/> to those alone that it made.</summary>
    public Measurements(string meterName, IMeterFactory? meters = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meterName && (meters is null || instrument.Meter.Scope == meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What was recorded since the last call, and what those instruments say that are asked.</summary>
    public IReadOnlyList<Measured> Take()
    {
        _listener.RecordObservableInstruments();
        var taken = new List<Measured>();
        while (_all.TryDequeue(out var measured))
            taken.Add(measured);
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        => _all.Enqueue(new Measured(instrument, value, string.Join(' ', tags.ToArray().Select(x => $"{x.Key}={x.Value}"))));
}

/// <summary>A measurement.</summary>
/// <param name="Instrument">Whose.</param>
/// <param name="Value">Its value.</param>
/// <param name="Tags">Its tags in their order: <c>a=1 b=2</c>.</param>
public sealed record Measured(Instrument Instrument, double Value, string Tags)
{
    /// <summary>The instrument's name.</summary>
    public string Name => Instrument.Name;
}
