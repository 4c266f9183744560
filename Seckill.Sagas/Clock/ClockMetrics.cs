using System.Diagnostics.Metrics;

namespace Seckill.Sagas.Clock;

/// <summary>What the clock measures. No tag holds an order's id.</summary>
public sealed class ClockMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Seckill.Clock";

    /// <summary>Gauge: transactions that were undecided past their time-out at the last look. An alert fires above 10.</summary>
    public const string Suspended = "seckill.transactions.suspended";

    /// <summary>Counter: messages sent to transactions, by <see cref="MessageTag"/>.</summary>
    public const string Sent = "seckill.clock.messages_sent";

    /// <summary>Tag: the message's name.</summary>
    public const string MessageTag = "message";

    readonly Meter _meter;
    readonly Counter<long> _sent;
    readonly Gauge<long> _suspended;

    /// <summary>Creates the instruments.</summary>
    public ClockMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _sent = _meter.CreateCounter<long>(Sent, "{message}", "Messages that the clock sent to transactions");
        _suspended = _meter.CreateGauge<long>(Suspended, "{transaction}", "Transactions undecided past their time-out");
    }

    /// <summary>Notes the number of suspended transactions.</summary>
    public void SetSuspended(long count) => _suspended.Record(count);

    /// <summary>Counts messages sent.</summary>
    public void AddSent(string message, int count)
    {
        if (count > 0)
            _sent.Add(count, KeyValuePair.Create<string, object?>(MessageTag, message));
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
