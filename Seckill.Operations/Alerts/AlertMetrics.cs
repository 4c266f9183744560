using System.Diagnostics.Metrics;

namespace Seckill.Operations.Alerts;

/// <summary>What the alerts are counted by. Tags are names from configuration and fixed words, never a key of an alert.</summary>
public sealed class AlertMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Seckill.Operations";

    /// <summary>
    /// Counter: alerts that were raised, by <see cref="Outcome"/>: <c>accepted</c>, <c>repeated</c>, <c>logged</c>, <c>dropped</c>.
    /// </summary>
    public const string Raised = "seckill.alerts.raised";

    /// <summary>
    /// Counter: attempts to send a message, by <see cref="Channel"/> and <see cref="Outcome"/>: <c>delivered</c>, <c>failed</c>,
    /// <c>rate_limited</c>, <c>misconfigured</c>, <c>refused</c>.
    /// </summary>
    public const string Deliveries = "seckill.alerts.deliveries";

    /// <summary>Gauge: alerts that wait to be told to somebody.</summary>
    public const string Waiting = "seckill.alerts.waiting";

    /// <summary>Tag: how it went.</summary>
    public const string Outcome = "outcome";

    /// <summary>Tag: the channel's name in the configuration.</summary>
    public const string Channel = "channel";

    readonly Meter _meter;
    readonly Counter<long> _raised;
    readonly Counter<long> _deliveries;
    long _waiting;

    /// <summary>Makes the instruments.</summary>
    public AlertMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _meter = meters.Create(MeterName);
        _raised = _meter.CreateCounter<long>(Raised, description: "Alerts that were raised");
        _deliveries = _meter.CreateCounter<long>(Deliveries, description: "Attempts to send an alert message");
        _meter.CreateObservableGauge(Waiting, () => Interlocked.Read(ref _waiting), description: "Alerts that wait to be told");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void Count(string outcome) => _raised.Add(1, new KeyValuePair<string, object?>(Outcome, outcome));

    internal void CountDelivery(string channel, string outcome)
        => _deliveries.Add(1, new KeyValuePair<string, object?>(Channel, channel), new KeyValuePair<string, object?>(Outcome, outcome));

    internal void SetWaiting(long alerts) => Interlocked.Exchange(ref _waiting, alerts);
}
