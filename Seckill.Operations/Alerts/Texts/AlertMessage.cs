namespace Seckill.Operations.Alerts.Texts;

/// <summary>A message that is ready to be sent: one alert, or a digest of several.</summary>
sealed record AlertMessage
{
    public required string Title { get; init; }

    /// <summary>Markdown without mentions; whatever came from elsewhere is escaped.</summary>
    public required string Markdown { get; init; }

    /// <summary>The same for mail.</summary>
    public required string Text { get; init; }

    /// <summary>Whether people are mentioned: there is an urgent alert that is not over.</summary>
    public required bool IsUrgent { get; init; }

    /// <summary>The alerts, for machines.</summary>
    public required IReadOnlyList<ToldAlert> Alerts { get; init; }
}

/// <summary>An alert with the number of repeats that were counted and not told.</summary>
sealed record ToldAlert(string Id, Alert Alert, long Repeats);
