using System.Diagnostics.Metrics;

namespace Seckill.Sagas.Circuit;

/// <summary>What the circuit tells: which server it is open for.</summary>
public sealed class CircuitMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Seckill.Circuit";

    /// <summary>Gauge: 1 while this worker waits for a server, else 0, by <see cref="DependencyTag"/>.</summary>
    public const string Open = "seckill.circuit.open";

    /// <summary>Tag: the server, as its probe is called.</summary>
    public const string DependencyTag = "dependency";

    readonly Meter _meter;
    volatile string? _open;

    /// <summary>Creates the instrument.</summary>
    /// <param name="meters">Where from.</param>
    /// <param name="probes">The servers.</param>
    public CircuitMetrics(IMeterFactory meters, IEnumerable<IDependencyProbe> probes)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var names = probes.Select(x => x.Name).ToList();
        _meter = meters.Create(MeterName);
        _meter.CreateObservableGauge(
            Open, () => names.Select(x => new Measurement<long>(x == _open ? 1 : 0, KeyValuePair.Create<string, object?>(DependencyTag, x))), "",
            "Whether this worker waits for the server (1) or not (0)");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>Notes for which server it is open; null when it is closed.</summary>
    internal void Note(string? dependency) => _open = dependency;
}
