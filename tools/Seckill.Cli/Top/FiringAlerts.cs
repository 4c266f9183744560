using System.Text.Json;

namespace Seckill.Cli.Top;

/// <summary>What Alertmanager says.</summary>
/// <param name="Alerts">What fires, the longest first; null when there is no Alertmanager, or it does not answer.</param>
/// <param name="Failure">Why it does not answer.</param>
sealed record FiringAlerts(IReadOnlyList<FiringAlert>? Alerts, string? Failure = null)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>There is no Alertmanager.</summary>
    public static FiringAlerts Unknown { get; } = new(null, null);

    /// <summary>Asks for alerts that are neither silenced nor follow from another.</summary>
    public static async Task<FiringAlerts> AskAsync(HttpClient http, Uri? alertmanager, CancellationToken cancellationToken)
    {
        if (alertmanager is null)
            return Unknown;

        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            return Parse(await http.GetStringAsync(new Uri(alertmanager, "/api/v2/alerts?active=true&silenced=false&inhibited=false"), limit.Token));
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new FiringAlerts(null, exception.Message);
        }
    }

    /// <summary>Reads its answer.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static FiringAlerts Parse(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return new FiringAlerts(document.RootElement.EnumerateArray().Select(Read).OrderBy(x => x.Since).ToList());
    }

    static FiringAlert Read(JsonElement alert)
    {
        var (labels, annotations) = (alert.GetProperty("labels"), alert.GetProperty("annotations"));
        return new FiringAlert(
            Text(labels, "alertname"), Text(labels, "severity"), Text(labels, "instance"), Text(annotations, "summary"), alert.GetProperty("startsAt").GetDateTimeOffset());
    }

    static string Text(JsonElement labels, string name) => labels.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}

/// <summary>An alert that fires.</summary>
/// <param name="Name">The rule.</param>
/// <param name="Severity"><c>critical</c> or <c>warning</c>.</param>
/// <param name="Instance">The process; empty when it is about none.</param>
/// <param name="Summary">What it means.</param>
/// <param name="Since">Since when.</param>
sealed record FiringAlert(string Name, string Severity, string Instance, string Summary, DateTimeOffset Since);
