using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Seckill.Operations.Alerts.Alertmanager;

/// <summary>Makes alerts of Alertmanager's payload.</summary>
public static partial class AlertmanagerAlerts
{
    const string Resolved = "resolved";
    const string NameLabel = "alertname";
    const string SeverityLabel = "severity";

    /// <summary>Severities that rules use for what can't wait; all others (<c>warning</c>, <c>info</c>, none) are warnings.</summary>
    static readonly string[] UrgentSeverities = ["critical", "urgent", "page", "emergency", "error"];

    /// <summary>The annotation that names the section of the runbook.</summary>
    const string RunbookAnnotation = "runbook";

    /// <summary>Annotations that are shown before labels, in this order. Others (dashboards) are left out.</summary>
    static readonly string[] Annotations = ["summary", "description", "message"];

    /// <summary>The payload's alerts, and one more when Alertmanager left some out.</summary>
    /// <param name="payload">What was posted.</param>
    /// <param name="now">The time of an alert that names none.</param>
    /// <exception cref="FormatException">The version is another one, or an alert has no status or no labels; the message says which.</exception>
    public static IReadOnlyList<Alert> Map(AlertmanagerPayload payload, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (payload.Version != AlertmanagerPayload.SupportedVersion)
            throw new FormatException($"version is '{payload.Version}', must be '{AlertmanagerPayload.SupportedVersion}'");
        if (payload.Alerts is null)
            throw new FormatException("alerts is missing, must be a list");

        var alerts = payload.Alerts.Select((alert, i) => Of(alert, i, now)).ToList();
        if (payload.TruncatedAlerts > 0)
            alerts.Add(Truncated(payload, now));
        return alerts;
    }

    static Alert Of(AlertmanagerAlert? alert, int index, DateTimeOffset now)
    {
        if (alert?.Labels is not { } labels)
            throw new FormatException($"alerts[{index}].labels is missing, must be an object");
        if (alert.Status is not ("firing" or Resolved))
            throw new FormatException($"alerts[{index}].status is '{alert.Status}', must be firing or resolved");

        var isResolved = alert.Status == Resolved;
        var at = isResolved && alert.EndsAt.Year > 1 ? alert.EndsAt : alert.StartsAt;
        return new Alert
        {
            Kind = AlertKinds.Alertmanager,
            Severity = UrgentSeverities.Contains(labels.GetValueOrDefault(SeverityLabel), StringComparer.OrdinalIgnoreCase)
                ? AlertSeverity.Urgent
                : AlertSeverity.Warning,
            Key = string.IsNullOrEmpty(alert.Fingerprint) ? Fingerprint(labels) : alert.Fingerprint,
            At = at.Year > 1 ? at : now,
            IsResolved = isResolved,
            RunbookSection = alert.Annotations?.GetValueOrDefault(RunbookAnnotation) is { } section && Anchor().IsMatch(section) ? section : null,
            Facts = Facts(labels, alert.Annotations),
        };
    }

    static List<KeyValuePair<string, string>> Facts(
        IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string>? annotations)
    {
        var facts = new List<KeyValuePair<string, string>> { new(NameLabel, labels.GetValueOrDefault(NameLabel) ?? "?") };
        foreach (var name in Annotations)
        {
            if (annotations?.GetValueOrDefault(name) is { Length: > 0 } text)
                facts.Add(new(name, text));
        }

        facts.AddRange(labels.Where(x => x.Key is not (NameLabel or SeverityLabel)).OrderBy(x => x.Key, StringComparer.Ordinal));
        return facts;
    }

    static Alert Truncated(AlertmanagerPayload payload, DateTimeOffset now) => new()
    {
        Kind = AlertKinds.Alertmanager,
        Severity = AlertSeverity.Warning,
        Key = "truncated " + payload.GroupKey,
        At = now,
        Facts =
        [
            new(NameLabel, "truncatedAlerts"),
            new("truncatedAlerts", payload.TruncatedAlerts.ToString(CultureInfo.InvariantCulture)),
            new("groupKey", payload.GroupKey ?? ""),
        ],
    };

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Anchor();

    static string Fingerprint(IReadOnlyDictionary<string, string> labels)
    {
        var text = string.Join('\n', labels.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key}={x.Value}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
