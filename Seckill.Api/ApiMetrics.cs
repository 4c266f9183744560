using System.Diagnostics.Metrics;

using Seckill.Api.Orders;
using Seckill.Hosting.Telemetry;

namespace Seckill.Api;

/// <summary>What the API counts, under the names in <see cref="TelemetryNames"/>.</summary>
sealed class ApiMetrics
{
    readonly Counter<long> _outcomes;
    readonly Counter<long> _deferred;
    readonly Counter<long> _lostNews;

    public ApiMetrics(IMeterFactory meters, OrderWaiters waiters, OrderTurns turns)
    {
        var meter = meters.Create(TelemetryNames.Api);
        _outcomes = meter.CreateCounter<long>(TelemetryNames.AdmissionOutcomes, "{request}", "Answers to order requests");
        _deferred = meter.CreateCounter<long>(TelemetryNames.PublishDeferred, "{order}", "Admitted orders that are left to the relay");
        _lostNews = meter.CreateCounter<long>(TelemetryNames.OrderNewsLost, "{order}", "Changes that were found by the sweep and not by message");
        meter.CreateObservableGauge(TelemetryNames.OrdersQueued, () => turns.Queued, "{request}", "Order requests that wait for their turn");
        meter.CreateObservableGauge(TelemetryNames.OrderWaiters, () => waiters.Count, "{order}", "Orders that requests wait for");
    }

    public void Outcome(string outcome) => _outcomes.Add(1, new KeyValuePair<string, object?>(TelemetryNames.Outcome, outcome));

    public void LeftToRelay() => _deferred.Add(1);

    public void NewsFoundBySweep() => _lostNews.Add(1);
}
