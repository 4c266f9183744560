using System.Diagnostics.Metrics;

namespace Seckill.Operations.CompensationLog;

/// <summary>What the log of compensation measures. No tag holds an order's id.</summary>
public sealed class CompensationLogMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Seckill.CompensationLog";

    /// <summary>Counter: steps that were recorded and are in no file.</summary>
    public const string LostSteps = "seckill.compensation.steps_lost";

    readonly Meter _meter;
    readonly Counter<long> _lostSteps;

    /// <summary>Makes the instruments.</summary>
    public CompensationLogMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _meter = meters.Create(MeterName);
        _lostSteps = _meter.CreateCounter<long>(LostSteps, "{step}", "Steps of compensation that were recorded and could not be written");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void AddLost(long steps) => _lostSteps.Add(steps);
}
