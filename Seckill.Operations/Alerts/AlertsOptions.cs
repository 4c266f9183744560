namespace Seckill.Operations.Alerts;

/// <summary>
/// Whom alerts are told, how often and in which words: configuration section <c>Alerts</c>. With no channels they are only logged.
/// </summary>
public sealed class AlertsOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Alerts";

    /// <summary>The route that means: write it to the log and tell nobody. No channel can have this name.</summary>
    public const string LogOnly = "log";

    /// <summary>Language of the texts: <c>zh</c> or <c>en</c>.</summary>
    public string Language { get; set; } = "zh";

    /// <summary>Channels by name. The name appears in routes, logs and metrics.</summary>
    public IDictionary<string, AlertChannelOptions> Channels { get; set => field = value ?? new Dictionary<string, AlertChannelOptions>(); } = new Dictionary<string, AlertChannelOptions>();

    /// <summary>
    /// The channels that alerts of a severity (<c>Warning</c>, <c>Urgent</c>) go to, by name; <see cref="LogOnly"/> for none. A severity that
    /// is not named goes to every channel.
    /// </summary>
    public IDictionary<string, IList<string>> Routes { get; set => field = value ?? new Dictionary<string, IList<string>>(); } = new Dictionary<string, IList<string>>();

    /// <summary>For how long an alert of the same kind and key is counted and not told again; 0 tells everything.</summary>
    public int DeduplicationSeconds { get; set; } = 300;

    /// <summary>
    /// A folder on a local disk that keeps alerts until they are told. Processes may share it: each takes a numbered folder in it, and
    /// whoever finds one that no process holds takes over what is left there.
    /// </summary>
    public string SpoolPath { get; set; } = Path.Combine("spool", "alerts");

    /// <summary>Alerts that wait in a process's folder at most; then the oldest warnings go, after them the oldest urgent ones.</summary>
    public int SpoolMaxAlerts { get; set; } = 10_000;

    /// <summary>Pause after a channel's first failure; it doubles with each further one.</summary>
    public int RetryBaseMilliseconds { get; set; } = 1000;

    /// <summary>Longest pause between attempts, and the pause of a channel whose configuration is wrong.</summary>
    public int RetryMaxSeconds { get; set; } = 300;

    /// <summary>How long the cache Redis may take to say what other processes told; after that each process decides alone.</summary>
    public int RedisTimeoutMilliseconds { get; set; } = 200;

    /// <summary>Where the runbook is: each kind of alert is an anchor in it. An address that begins with http becomes a link.</summary>
    public string RunbookUrl { get; set; } = "docs/runbook.md";

    /// <summary>
    /// What Alertmanager must come with, as <c>Authorization: Bearer TOKEN</c>: 16 to 256 visible ASCII characters; empty to take nothing by token.
    /// </summary>
    public string WebhookToken { get; set; } = "";

    internal TimeSpan DeduplicationWindow => TimeSpan.FromSeconds(DeduplicationSeconds);

    internal TimeSpan RetryBase => TimeSpan.FromMilliseconds(RetryBaseMilliseconds);

    internal TimeSpan RetryMax => TimeSpan.FromSeconds(RetryMaxSeconds);

    internal TimeSpan RedisTimeout => TimeSpan.FromMilliseconds(RedisTimeoutMilliseconds);

    /// <summary>Names of the channels that an alert of this severity goes to.</summary>
    internal IReadOnlyList<string> RouteOf(AlertSeverity severity)
    {
        var route = Routes.FirstOrDefault(x => string.Equals(x.Key, severity.ToString(), StringComparison.OrdinalIgnoreCase)).Value;
        return route is null
            ? Channels.Keys.ToList()
            : Channels.Keys.Where(x => route.Contains(x, StringComparer.OrdinalIgnoreCase)).ToList();
    }
}
