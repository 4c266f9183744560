using System.Diagnostics.Metrics;

using Microsoft.Extensions.Diagnostics.HealthChecks;

using Seckill.Hosting.Telemetry;

namespace Seckill.Hosting.Health;

/// <summary>
/// Readiness as a metric, for those who read metrics and not <see cref="HealthEndpoints.ReadyPath"/>. A process whose checks do not end counts as unhealthy.
/// </summary>
sealed class HealthMetrics : IHealthCheckPublisher, IDisposable
{
    /// <summary>Between two rounds of checks.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>After the start; what is not connected then is still connecting.</summary>
    internal static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    /// <summary>For how long a round counts.</summary>
    internal static readonly TimeSpan Validity = TimeSpan.FromSeconds(30);

    readonly Meter _meter;
    readonly TimeProvider _time;
    volatile Round? _last;

    public HealthMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _meter = meters.Create(TelemetryNames.Health);
        _meter.CreateObservableGauge(TelemetryNames.HealthReady, ReadReady, "", "Whether the process can do its work: 1, 0.5 (degraded) or 0");
        _meter.CreateObservableGauge(TelemetryNames.HealthCheck, ReadChecks, "", "What a check of readiness says: 1, 0.5 (degraded) or 0");
    }

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        _last = new Round(
            ValueOf(report.Status), report.Entries.Select(x => KeyValuePair.Create(x.Key, ValueOf(x.Value.Status))).ToList(), _time.GetTimestamp());
        return Task.CompletedTask;
    }

    public void Dispose() => _meter.Dispose();

    IEnumerable<Measurement<double>> ReadReady()
        => _last is { } last ? [new Measurement<double>(_time.GetElapsedTime(last.At) <= Validity ? last.Ready : 0)] : [];

    IEnumerable<Measurement<double>> ReadChecks()
        => _last is { } last
            ? last.Checks.Select(x => new Measurement<double>(x.Value, KeyValuePair.Create<string, object?>(TelemetryNames.Check, x.Key)))
            : [];

    static double ValueOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => 1,
        HealthStatus.Degraded => 0.5,
        _ => 0,
    };

    sealed record Round(double Ready, IReadOnlyList<KeyValuePair<string, double>> Checks, long At);
}
