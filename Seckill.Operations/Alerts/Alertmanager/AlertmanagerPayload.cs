using System.Text.Json.Serialization;

namespace Seckill.Operations.Alerts.Alertmanager;

/// <summary>
/// What Alertmanager posts to a webhook (prometheus.io, configuration, <c>webhook_config</c>), as far as it is used here. Fields that are
/// not named here are ignored.
/// </summary>
public sealed record AlertmanagerPayload
{
    /// <summary>The version of this form that is understood: the only one there is since Alertmanager 0.3.</summary>
    public const string SupportedVersion = "4";

    /// <summary>Version of the form.</summary>
    [JsonPropertyName("version")]
    public string? Version { get; init; }

    /// <summary>Alerts of the group beyond the receiver's <c>max_alerts</c>, which were left out.</summary>
    [JsonPropertyName("truncatedAlerts")]
    public long TruncatedAlerts { get; init; }

    /// <summary>What identifies the group.</summary>
    [JsonPropertyName("groupKey")]
    public string? GroupKey { get; init; }

    /// <summary>The group's alerts: both those that fire and those that do no more.</summary>
    [JsonPropertyName("alerts")]
    public IReadOnlyList<AlertmanagerAlert>? Alerts { get; init; }
}
