namespace Seckill.Operations.Report;

/// <summary>What compensation did in one week.</summary>
public sealed record WeeklyReport
{
    /// <summary>The week, like <c>2026-W47</c>.</summary>
    public required string Week { get; init; }

    /// <summary>Its first moment.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The first moment after it.</summary>
    public required DateTimeOffset Before { get; init; }

    /// <summary>Orders whose transaction failed and was handed over.</summary>
    public required long HandedOver { get; init; }

    /// <summary>Attempts by stage: always <c>compensation</c>, <c>dead_letter</c> and <c>reprocess</c>, in this order.</summary>
    public required IReadOnlyList<StageFigures> Stages { get; init; }

    /// <summary>Attempts of all stages.</summary>
    public long Attempts => Stages.Sum(x => x.Attempts);

    /// <summary>Attempts that brought an order to a consistent end.</summary>
    public long Successes => Stages.Sum(x => x.Successes);

    /// <summary>Successes of all attempts, 0 to 1; null when there were none.</summary>
    public double? SuccessRate => Attempts == 0 ? null : (double)Successes / Attempts;

    /// <summary>How many attempts orders needed that compensation or the dead-letter consumer brought to an end, the fewest first.</summary>
    public required IReadOnlyList<AttemptsNeeded> AttemptsNeeded { get; init; }

    /// <summary>Orders that used up their attempts and went to the dead-letter topic.</summary>
    public required long DeadLettered { get; init; }

    /// <summary>Entries that came to the archive, by what failed: the most frequent first.</summary>
    public required IReadOnlyList<CauseFigures> ArchivedByCause { get; init; }

    /// <summary>Entries that came to the archive in the week.</summary>
    public long Archived => ArchivedByCause.Sum(x => x.Orders);

    /// <summary>Those of them that somebody has handled by now.</summary>
    public required long ArchivedAndHandled { get; init; }

    /// <summary>Those of them that nobody has handled yet.</summary>
    public long ArchivedAndOpen => Archived - ArchivedAndHandled;

    /// <summary>Entries of the archive that nobody has handled yet, of whatever week.</summary>
    public required long OpenInAll { get; init; }

    /// <summary>Archived in proportion to attempts, 0 or more; null when there were none.</summary>
    public double? FinalFailureRate => Attempts == 0 ? null : (double)Archived / Attempts;

    /// <summary>Orders that came to a consistent end or to the archive, and whose first failure is known.</summary>
    public required long Ended { get; init; }

    /// <summary>From an order's first failure to its end, on the average, in seconds; null when none ended.</summary>
    public required double? MeanSecondsToEnd { get; init; }

    /// <summary>The longest of them.</summary>
    public required double? MaxSecondsToEnd { get; init; }

    /// <summary>Alerts raised about orders, by kind.</summary>
    public required IReadOnlyList<AlertFigures> Alerts { get; init; }

    /// <summary>Whether the table of steps has nothing of the week because steps are only written to files.</summary>
    public required bool StepsAreInFilesOnly { get; init; }
}

/// <summary>Attempts of a stage.</summary>
/// <param name="Stage">The same words as in metric <c>compensation_attempt_total</c>.</param>
/// <param name="Attempts">Attempts made.</param>
/// <param name="Successes">Those that brought an order to a consistent end.</param>
public sealed record StageFigures(string Stage, long Attempts, long Successes);

/// <summary>A column of the histogram.</summary>
/// <param name="Attempts">Attempts that were needed, the one that succeeded included.</param>
/// <param name="Orders">Orders that needed so many.</param>
public sealed record AttemptsNeeded(long Attempts, long Orders);

/// <summary>Archived entries of a cause.</summary>
/// <param name="Cause">What failed.</param>
/// <param name="Orders">How many.</param>
public sealed record CauseFigures(string Cause, long Orders);

/// <summary>Alerts of a kind.</summary>
/// <param name="Kind">One of <see cref="Alerts.AlertKinds"/>.</param>
/// <param name="Count">How many.</param>
public sealed record AlertFigures(string Kind, long Count);
