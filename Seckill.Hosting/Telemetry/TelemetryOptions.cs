using System.ComponentModel.DataAnnotations;

namespace Seckill.Hosting.Telemetry;

/// <summary>Who may read metrics: configuration section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>Token that <c>GET /metrics</c> must come with, as <c>Authorization: Bearer TOKEN</c>; empty to let anybody read who reaches the port.</summary>
    [RegularExpression("^[!-~]{16,256}$", ErrorMessage = "must be empty, or 16 to 256 visible ASCII characters without blanks")]
    public string MetricsToken { get; set; } = "";
}
