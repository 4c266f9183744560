namespace Seckill.Operations.AuditLog;

/// <summary>
/// What operators did and what was refused to them: table <c>audit_log</c> in PostgreSQL, to which the application can only append. An action
/// is written before it is carried out, and what can't be written is not carried out.
/// </summary>
public interface IAuditLog
{
    /// <summary>Appends an entry; returns when it is durable.</summary>
    /// <exception cref="AuditLogUnavailableException">It could not be written.</exception>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default);

    /// <summary>A page of entries, the last first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="beforeId">Only entries with a smaller <see cref="AuditEntry.Id"/>; null for the first page.</param>
    /// <param name="limit">How many at most, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AuditLogUnavailableException">It could not be read.</exception>
    Task<IReadOnlyList<AuditEntry>> ListAsync(AuditFilter filter, long? beforeId, int limit, CancellationToken cancellationToken = default);
}

/// <summary>One action of an operator.</summary>
public sealed record AuditEntry
{
    /// <summary>Given by the log, ascending.</summary>
    public long Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: the subject of the token.</summary>
    public required string Actor { get; init; }

    /// <summary>What, as a stable word: <c>reprocess</c>, <c>handle</c>, <c>settings.compensation</c>, <c>rollback</c>, …</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to: an order id, the name of a setting.</summary>
    public required string Target { get; init; }

    /// <summary><c>requested</c>, <c>done</c>, <c>refused</c> or <c>failed</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The operator's reason, or why it was refused.</summary>
    public string? Reason { get; init; }

    /// <summary>What it was before, as JSON; null when there was nothing.</summary>
    public string? Before { get; init; }

    /// <summary>What it is after, as JSON.</summary>
    public string? After { get; init; }
}

/// <summary>Which entries. What is null does not restrict.</summary>
public sealed record AuditFilter(string? Actor = null, string? Action = null, string? Target = null);

/// <summary>The audit log can't be reached.</summary>
public sealed class AuditLogUnavailableException(string message, Exception innerException) : Exception(message, innerException);
