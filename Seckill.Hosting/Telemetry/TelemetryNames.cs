namespace Seckill.Hosting.Telemetry;

/// <summary>
/// The meters and trace sources that a process of ours exports, and the instruments and tags of the hosts. Projects below the hosts name theirs
/// themselves (<c>KafkaInstruments</c>, <c>RedisInstruments</c>, <c>MySqlInstruments</c>, <c>TransactionMetrics</c> …); all of them together are in docs/metrics.md, and tests
/// compare. No tag ever holds the id of a user or an order: each value would become a time series of its own.
/// </summary>
public static class TelemetryNames
{
    /// <summary>Trace sources that are exported. Not MassTransit's, which begins spans for every message, also of orders that are not traced.</summary>
    public static readonly IReadOnlyList<string> Sources = ["Seckill.*", "Microsoft.AspNetCore"];

    /// <summary>Meters that are exported.</summary>
    public static readonly IReadOnlyList<string> Meters =
        ["Seckill.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql"];

    /// <summary>MassTransit's meter, exported on demand: <see cref="TelemetryOptions.MassTransitMeter"/>.</summary>
    public const string MassTransitMeter = "MassTransit";

    /// <summary>Meter and trace source of the HTTP API.</summary>
    public const string Api = "Seckill.Api";

    /// <summary>Counter: answers to order requests, by <see cref="Outcome"/>.</summary>
    public const string AdmissionOutcomes = "seckill.admission.outcomes";

    /// <summary>Counter: admitted orders whose event was not confirmed by Kafka in time, and is left to the relay.</summary>
    public const string PublishDeferred = "seckill.admission.publish_deferred";

    /// <summary>Gauge: order requests that wait for their turn.</summary>
    public const string OrdersQueued = "seckill.orders.queued";

    /// <summary>Gauge: requests that wait for an order to change.</summary>
    public const string OrderWaiters = "seckill.orders.waiters";

    /// <summary>Counter: waits that ended because of the sweep and not by message: news that was lost.</summary>
    public const string OrderNewsLost = "seckill.orders.news_lost";

    /// <summary>Meter of readiness.</summary>
    public const string Health = "Seckill.Health";

    /// <summary>Gauge: whether the process can do its work: 1, 0.5 (degraded) or 0.</summary>
    public const string HealthReady = "seckill.health.ready";

    /// <summary>Gauge: what a check of readiness says, by <see cref="Check"/>: 1, 0.5 (degraded) or 0.</summary>
    public const string HealthCheck = "seckill.health.check";

    /// <summary>Tag: the name of a check.</summary>
    public const string Check = "check";

    /// <summary>Tag: <c>admitted</c>, <c>repeated</c>, or the code of the refusal.</summary>
    public const string Outcome = "outcome";
}
