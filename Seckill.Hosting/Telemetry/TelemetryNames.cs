namespace Seckill.Hosting.Telemetry;

/// <summary>
/// The meters and trace sources that a process of ours exports, and the instruments and tags of the API. Projects below the hosts name theirs
/// themselves (<c>KafkaInstruments</c>, <c>TransactionMetrics</c>, <c>ClockMetrics</c>); all of them together are in docs/metrics.md, and tests
/// compare. No tag ever holds the id of a user or an order: each value would become a time series of its own.
/// </summary>
public static class TelemetryNames
{
    /// <summary>Trace sources that are exported.</summary>
    public static readonly IReadOnlyList<string> Sources = ["Seckill.*", "MassTransit", "Microsoft.AspNetCore"];

    /// <summary>Meters that are exported.</summary>
    public static readonly IReadOnlyList<string> Meters =
        ["Seckill.*", "MassTransit", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

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

    /// <summary>Tag: <c>admitted</c>, <c>repeated</c>, or the code of the refusal.</summary>
    public const string Outcome = "outcome";
}
