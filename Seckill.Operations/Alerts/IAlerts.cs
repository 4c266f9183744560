namespace Seckill.Operations.Alerts;

/// <summary>Tells people. Channels, routes and limits come from configuration.</summary>
public interface IAlerts
{
    /// <summary>
    /// Hands an alert over. Returns when it can't be lost any more by this process ending, in milliseconds: it waits for no robot, throws at
    /// nobody, and what is repeated within the de-duplication window is counted and not sent again.
    /// </summary>
    Task RaiseAsync(Alert alert, CancellationToken cancellationToken = default);
}

/// <summary>How urgent.</summary>
public enum AlertSeverity
{
    /// <summary>Somebody should look at it today.</summary>
    Warning,

    /// <summary>Somebody should look at it now.</summary>
    Urgent,
}

/// <summary>Something that people should know.</summary>
public sealed record Alert
{
    /// <summary>How urgent.</summary>
    public required AlertSeverity Severity { get; init; }

    /// <summary>What happened: one of <see cref="AlertKinds"/>. Its texts in Chinese and English are looked up by it.</summary>
    public required string Kind { get; init; }

    /// <summary>Of what kind and key the same is not told twice within the window: a dependency's name, an order id.</summary>
    public string Key { get; init; } = "";

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Facts that the text shows, in this order: name and value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; } = [];

    /// <summary>Its section of the runbook, where that is not the kind's.</summary>
    public string? RunbookSection { get; init; }

    /// <summary>Whether this is the news that it is over.</summary>
    public bool IsResolved { get; init; }
}

/// <summary>The kinds of alerts.</summary>
public static class AlertKinds
{
    /// <summary>A dependency is away for everybody; orders wait in Kafka.</summary>
    public const string DependencyDown = "dependency_down";

    /// <summary>Compensation of an order used up its attempts; it is in the dead-letter topic.</summary>
    public const string OrderDeadLettered = "order_dead_lettered";

    /// <summary>The dead-letter consumer failed at an order.</summary>
    public const string DeadLetterFailed = "dead_letter_failed";

    /// <summary>An order was given up and is in the archive: a person has to end it.</summary>
    public const string OrderArchived = "order_archived";

    /// <summary>The archive does not answer; dead letters wait.</summary>
    public const string ArchiveDown = "archive_down";

    /// <summary>The weekly report.</summary>
    public const string WeeklyReport = "weekly_report";

    /// <summary>Passed on from Alertmanager.</summary>
    public const string Alertmanager = "alertmanager";

    /// <summary>The alerts themselves: so many waited for a channel that is down that the oldest were dropped.</summary>
    public const string AlertsDropped = "alerts_dropped";
}
