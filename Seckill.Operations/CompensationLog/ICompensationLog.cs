namespace Seckill.Operations.CompensationLog;

/// <summary>
/// The double log of compensation: table <c>compensation_logs</c> in PostgreSQL and JSON lines in files, either or both
/// (<c>Compensation:LogStorage</c> = db | file | both). It never blocks compensation and never throws at it: what the table can't take is kept
/// on disk and written to it later.
/// </summary>
public interface ICompensationLog
{
    /// <summary>Records a step. Returns at once.</summary>
    void Record(CompensationStep step);

    /// <summary>The steps of an order, oldest first; from the table, or from the files when they are all there is.</summary>
    Task<IReadOnlyList<CompensationStep>> ReadAsync(Guid orderId, CancellationToken cancellationToken = default);

    /// <summary>
    /// When servers went away that every order needs, and came back, oldest first: what explains why an order of that time stood still. From where
    /// <see cref="ReadAsync"/> reads; at most <see cref="MostOutages"/>.
    /// </summary>
    Task<IReadOnlyList<CompensationStep>> ReadOutagesAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken = default);

    /// <summary>Steps that <see cref="ReadOutagesAsync"/> returns at most.</summary>
    const int MostOutages = 100;
}

/// <summary>One step on the way of an order through compensation.</summary>
public sealed record CompensationStep
{
    /// <summary>Unique, and the table's key: a step that is written twice is there once. Ordered by time.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The order; null for a record that names none.</summary>
    public Guid? OrderId { get; init; }

    /// <summary>What happened: one of <see cref="CompensationStepNames"/>.</summary>
    public required string Step { get; init; }

    /// <summary>Which attempt, from 1; 0 when the step is none.</summary>
    public int Attempt { get; init; }

    /// <summary>A stable word for what failed; null when nothing did.</summary>
    public string? Cause { get; init; }

    /// <summary>In words: the error, the next time, who asked.</summary>
    public string? Detail { get; init; }

    /// <summary>How long it took, in milliseconds; null when the step has no length.</summary>
    public long? DurationMs { get; init; }

    /// <summary>The process that wrote it.</summary>
    public string Instance { get; init; } = Environment.MachineName + ":" + Environment.ProcessId;
}

/// <summary>The steps of compensation, in the order in which an order may meet them.</summary>
public static class CompensationStepNames
{
    /// <summary>The transaction failed and was handed over.</summary>
    public const string HandedOver = "handed_over";

    /// <summary>An attempt was scheduled.</summary>
    public const string Scheduled = "scheduled";

    /// <summary>An attempt failed.</summary>
    public const string AttemptFailed = "attempt_failed";

    /// <summary>An attempt brought the order to a consistent end.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>The attempts are used up: the order is in the dead-letter topic.</summary>
    public const string DeadLettered = "dead_lettered";

    /// <summary>An attempt of the dead-letter consumer failed.</summary>
    public const string DeadLetterFailed = "dead_letter_failed";

    /// <summary>The order is in the archive.</summary>
    public const string Archived = "archived";

    /// <summary>An operator had it processed again.</summary>
    public const string Reprocessed = "reprocessed";

    /// <summary>An alert was raised.</summary>
    public const string Alerted = "alerted";

    /// <summary>A server that every order needs went away: a worker stopped taking orders. Names no order.</summary>
    public const string DependencyDown = "dependency_down";

    /// <summary>It is back: the worker takes orders again. Names no order.</summary>
    public const string DependencyUp = "dependency_up";

    /// <summary>Whether a step is one of <see cref="DependencyDown"/> and <see cref="DependencyUp"/>.</summary>
    public static bool IsOutage(string step) => step is DependencyDown or DependencyUp;
}
