using System.Text.Json.Serialization;

namespace Seckill.Operations.Alerts.Alertmanager;

/// <summary>One alert in Alertmanager's payload.</summary>
public sealed record AlertmanagerAlert
{
    /// <summary><c>firing</c> or <c>resolved</c>.</summary>
    [JsonPropertyName("status")]
    public string? Status { get; init; }

    /// <summary>Its labels, <c>alertname</c> and <c>severity</c> among them.</summary>
    [JsonPropertyName("labels")]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Its annotations: <c>summary</c>, <c>description</c>.</summary>
    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Since when it fires.</summary>
    [JsonPropertyName("startsAt")]
    public DateTimeOffset StartsAt { get; init; }

    /// <summary>When it ended; year 1 while it fires.</summary>
    [JsonPropertyName("endsAt")]
    public DateTimeOffset EndsAt { get; init; }

    /// <summary>What identifies it: a hash of its labels. Missing before Alertmanager 0.19.</summary>
    [JsonPropertyName("fingerprint")]
    public string? Fingerprint { get; init; }
}
