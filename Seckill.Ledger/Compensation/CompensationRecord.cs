using Seckill.Contracts;

namespace Seckill.Ledger.Compensation;

/// <summary>A row of table <c>compensation</c>: an order whose transaction failed and is tried again.</summary>
public sealed record CompensationRecord
{
    /// <summary>The order.</summary>
    public Guid OrderId => Request.OrderId;

    /// <summary>One of <see cref="CompensationStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Attempts that failed.</summary>
    public int Attempts { get; init; }

    /// <summary>Attempts of the dead-letter consumer that failed.</summary>
    public int DeadLetterAttempts { get; init; }

    /// <summary>When the next attempt is due; null when none is.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The message that failed first: the name of its type.</summary>
    public required string Source { get; init; }

    /// <summary>A stable word for what failed last.</summary>
    public required string Cause { get; init; }

    /// <summary>The last failure in words, at most 512 characters.</summary>
    public required string LastError { get; init; }

    /// <summary>The order as it was admitted: what is tried again.</summary>
    public required SeckillRequested Request { get; init; }

    /// <summary>Every failure, oldest first.</summary>
    public IReadOnlyList<CompensationFailure> History { get; init; } = [];

    /// <summary>When it first failed.</summary>
    public required DateTimeOffset FirstFailedAt { get; init; }
}

/// <summary>Where an order stands on its way through compensation: column <c>compensation.status</c>.</summary>
public static class CompensationStatus
{
    /// <summary>Attempts are left.</summary>
    public const string Retrying = "retrying";

    /// <summary>No attempt is left; the dead-letter topic may or may not have it yet.</summary>
    public const string Exhausted = "exhausted";

    /// <summary>In the dead-letter topic.</summary>
    public const string DeadLetter = "dead_letter";

    /// <summary>In the archive: a person has to end it.</summary>
    public const string Archived = "archived";
}
