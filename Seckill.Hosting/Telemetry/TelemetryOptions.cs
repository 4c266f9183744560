using System.ComponentModel.DataAnnotations;

namespace Seckill.Hosting.Telemetry;

/// <summary>Who may read metrics, what of them there is, and what is traced: configuration section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>Token that <c>GET /metrics</c> must come with, as <c>Authorization: Bearer TOKEN</c>; empty to let anybody read who reaches the port.</summary>
    [RegularExpression("^[!-~]{16,256}$", ErrorMessage = "must be empty, or 16 to 256 visible ASCII characters without blanks")]
    public string MetricsToken { get; set; } = "";

    /// <summary>
    /// Share of orders, and of HTTP requests, whose traces are kept from their beginning, when there is a collector. The same in every process. Orders that fail are
    /// traced always.
    /// </summary>
    [Range(0.0, 1.0, ErrorMessage = "must be from 0 to 1, for example 0.01 for one of a hundred")]
    public double TraceRatio { get; set; } = 0.01;

    /// <summary>
    /// Whether what MassTransit measures is exported, too. Not by default: it is six to nine measurements of each message, which repeat what our own say of orders, and cost the API several µs of
    /// an order.
    /// </summary>
    public bool MassTransitMeter { get; set; }
}
