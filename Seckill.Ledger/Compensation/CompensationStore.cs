using System.Text.Json;

using Dapper;

using MySqlConnector;

using Seckill.Contracts;

namespace Seckill.Ledger.Compensation;

/// <summary>
/// Table <c>compensation</c>. Every write names the attempt that it follows, so that of several workers, or of a message and its repeat, one has
/// an effect. All members throw <see cref="MySqlException"/> when MySQL does not answer.
/// </summary>
public sealed class CompensationStore(MySqlDatabase database)
{
    const int LongestError = 512;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    const string Select = """
        SELECT status AS Status, attempts AS Attempts, dead_letter_attempts AS DeadLetterAttempts, next_attempt_at AS NextAttemptAt, source AS Source,
               cause AS Cause, last_error AS LastError, request AS Request, history AS History, first_failed_at AS FirstFailedAt
        FROM compensation
        """;

    /// <summary>The row of an order; null when its compensation is over, or never began.</summary>
    public async Task<CompensationRecord?> FindAsync(Guid orderId, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var row = await connection.QuerySingleOrDefaultAsync<Row>($"{Select} WHERE order_id = @id", new { id = Id(orderId) }).ConfigureAwait(false);
        return row?.ToRecord();
    }

    /// <summary>Which of these orders have a row.</summary>
    public async Task<IReadOnlySet<Guid>> KnownAsync(IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(orderIds);
        if (orderIds.Count == 0)
            return new HashSet<Guid>();

        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return (await connection.QueryAsync<Guid>("SELECT order_id FROM compensation WHERE order_id IN @ids", new { ids = orderIds.Select(Id) })
            .ConfigureAwait(false)).ToHashSet();
    }

    /// <summary>Begins the compensation of an order; false when it has begun before.</summary>
    public Task<bool> OpenAsync(CompensationRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return ExecuteAsync(
            """
            INSERT IGNORE INTO compensation
              (order_id, status, attempts, dead_letter_attempts, next_attempt_at, source, cause, last_error, request, history, first_failed_at, updated_at)
            VALUES (@id, @Status, @Attempts, @DeadLetterAttempts, @next, @Source, @Cause, @error, @request, @history, @first, @first)
            """,
            new
            {
                id = Id(record.OrderId),
                record.Status,
                record.Attempts,
                record.DeadLetterAttempts,
                next = record.NextAttemptAt?.UtcDateTime,
                record.Source,
                record.Cause,
                error = Cut(record.LastError),
                request = JsonSerializer.Serialize(record.Request, Json),
                history = JsonSerializer.Serialize(record.History, Json),
                first = record.FirstFailedAt.UtcDateTime,
            },
            cancellationToken);
    }

    /// <summary>
    /// Takes an attempt; false when it is not the next one, or somebody else took it within <paramref name="lease"/>, after which he is taken for dead.
    /// </summary>
    public Task<bool> TryStartAsync(Guid orderId, int attempt, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default)
        => ExecuteAsync(
            """
            UPDATE compensation SET started_attempt = @attempt, started_at = @now
            WHERE order_id = @id AND status = 'retrying' AND attempts = @attempt - 1 AND (started_attempt < @attempt OR started_at <= @expired)
            """,
            new { id = Id(orderId), attempt, now = now.UtcDateTime, expired = (now - lease).UtcDateTime },
            cancellationToken);

    /// <summary>Gives an attempt back that was taken and not made, to be made later.</summary>
    public Task<bool> PutOffAsync(Guid orderId, int attempt, DateTimeOffset until, CancellationToken cancellationToken = default)
        => ExecuteAsync(
            """
            UPDATE compensation SET started_attempt = @attempt - 1, started_at = NULL, dispatched_at = NULL, next_attempt_at = @until
            WHERE order_id = @id AND status = 'retrying' AND attempts = @attempt - 1
            """,
            new { id = Id(orderId), attempt, until = until.UtcDateTime },
            cancellationToken);

    /// <summary>Notes that an attempt failed. False when it was noted before.</summary>
    /// <param name="record">The row as it was when the attempt began.</param>
    /// <param name="failure">What failed; its number is the attempt's.</param>
    /// <param name="status">Retrying, or exhausted when the next attempt is the dead-letter consumer's.</param>
    /// <param name="nextAttemptAt">When the next attempt is due; null when none is left.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    public Task<bool> AttemptFailedAsync(
        CompensationRecord record, CompensationFailure failure, string status, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(failure);
        return ExecuteAsync(
            """
            UPDATE compensation
            SET attempts = @Number, status = @status, next_attempt_at = @next, dispatched_at = NULL, cause = @Cause, last_error = @error,
                history = @history, updated_at = @at
            WHERE order_id = @id AND status = 'retrying' AND attempts = @Number - 1
            """,
            FailureParameters(record, failure, nextAttemptAt, status),
            cancellationToken);
    }

    /// <summary>Notes that an attempt of the dead-letter consumer failed. False when it was noted before.</summary>
    /// <inheritdoc cref="AttemptFailedAsync" path="/param"/>
    public Task<bool> DeadLetterFailedAsync(
        CompensationRecord record, CompensationFailure failure, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(failure);
        return ExecuteAsync(
            """
            UPDATE compensation
            SET dead_letter_attempts = @Number, status = @status, next_attempt_at = @next, cause = @Cause, last_error = @error, history = @history,
                updated_at = @at
            WHERE order_id = @id AND status <> 'archived' AND dead_letter_attempts = @Number - 1
            """,
            FailureParameters(record, failure, nextAttemptAt, CompensationStatus.DeadLetter),
            cancellationToken);
    }

    /// <summary>Moves an order from one status to another; false when it isn't there any more.</summary>
    public Task<bool> MoveAsync(Guid orderId, string from, string to, DateTimeOffset now, CancellationToken cancellationToken = default)
        => ExecuteAsync(
            "UPDATE compensation SET status = @to, updated_at = @now WHERE order_id = @id AND status = @from",
            new { id = Id(orderId), from, to, now = now.UtcDateTime },
            cancellationToken);

    /// <summary>
    /// The order is in the archive; false when it was noted before, or is at its end. Whoever sent the dead letter may not have noted that yet.
    /// </summary>
    public Task<bool> ArchivedAsync(Guid orderId, DateTimeOffset now, CancellationToken cancellationToken = default)
        => ExecuteAsync(
            "UPDATE compensation SET status = 'archived', updated_at = @now WHERE order_id = @id AND status IN ('exhausted', 'dead_letter')",
            new { id = Id(orderId), now = now.UtcDateTime },
            cancellationToken);

    /// <summary>The order is at a consistent end, or a new beginning: its row goes, and the transaction's counter is cleared.</summary>
    public async Task<bool> ClearAsync(Guid orderId, CancellationToken cancellationToken = default)
    {
        await ExecuteAsync(
            "UPDATE order_transaction SET retry_count = 0, last_error = NULL WHERE correlation_id = @id", new { id = Id(orderId) }, cancellationToken)
            .ConfigureAwait(false);
        return await ExecuteAsync("DELETE FROM compensation WHERE order_id = @id", new { id = Id(orderId) }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Shows operators in the transaction's own row how often it was tried and what failed last. The row's version stays: nothing is decided by it.
    /// </summary>
    /// <returns>False when MySQL has no transaction of that order.</returns>
    public Task<bool> NoteInTransactionAsync(Guid orderId, int retries, string error, CancellationToken cancellationToken = default)
        => ExecuteAsync(
            "UPDATE order_transaction SET retry_count = @retries, last_error = @error WHERE correlation_id = @id",
            new { id = Id(orderId), retries, error = Cut(error) },
            cancellationToken);

    /// <summary>
    /// Shows in the transaction's own row that it failed, from the moment it is handed over: so the clock leaves it to compensation, which may begin later.
    /// </summary>
    /// <inheritdoc cref="NoteInTransactionAsync" path="/returns"/>
    public Task<bool> NoteFailureAsync(Guid orderId, string error, CancellationToken cancellationToken = default)
        => ExecuteAsync(
            "UPDATE order_transaction SET last_error = @error WHERE correlation_id = @id", new { id = Id(orderId), error = Cut(error) }, cancellationToken);

    /// <summary>Orders whose attempt was due at <paramref name="now"/> and was not sent since <paramref name="sentBefore"/>, the longest due first.</summary>
    public async Task<IReadOnlyList<AttemptCompensation>> DueAsync(
        DateTimeOffset now, DateTimeOffset sentBefore, int limit, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rows = await connection.QueryAsync<(Guid OrderId, int Attempts)>(
            """
            SELECT order_id, attempts FROM compensation
            WHERE status = 'retrying' AND next_attempt_at <= @now AND (dispatched_at IS NULL OR dispatched_at <= @sentBefore)
            ORDER BY next_attempt_at LIMIT @limit
            """,
            new { now = now.UtcDateTime, sentBefore = sentBefore.UtcDateTime, limit }).ConfigureAwait(false);
        return rows.Select(x => new AttemptCompensation { OrderId = x.OrderId, Attempt = x.Attempts + 1 }).ToList();
    }

    /// <summary>How many orders there are of each status that any has.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return (await connection.QueryAsync<(string Status, long Count)>("SELECT status, COUNT(*) FROM compensation GROUP BY status").ConfigureAwait(false))
            .ToDictionary(x => x.Status, x => x.Count);
    }

    /// <summary>Whether more than <paramref name="count"/> orders have attempts left.</summary>
    public async Task<bool> AreMoreThanAsync(int count, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.ExecuteScalarAsync<int>(
            "SELECT COUNT(*) FROM (SELECT 1 FROM compensation WHERE status = 'retrying' LIMIT @limit) some", new { limit = count + 1 })
            .ConfigureAwait(false) > count;
    }

    /// <summary>
    /// Orders whose dead letter is missing as far as is known: those that ran out of attempts before <paramref name="before"/> and were not sent, and those
    /// that were sent and have not moved since <paramref name="lost"/>, because Kafka lost them.
    /// </summary>
    public async Task<IReadOnlyList<Guid>> MissingDeadLettersAsync(
        DateTimeOffset before, DateTimeOffset lost, int limit, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return (await connection.QueryAsync<Guid>(
            """
            SELECT order_id FROM compensation
            WHERE (status = 'exhausted' AND updated_at <= @before) OR (status = 'dead_letter' AND updated_at <= @lost)
            ORDER BY updated_at LIMIT @limit
            """,
            new { before = before.UtcDateTime, lost = lost.UtcDateTime, limit }).ConfigureAwait(false)).AsList();
    }

    /// <summary>Notes that messages for these orders' attempts were sent.</summary>
    public Task MarkSentAsync(IReadOnlyCollection<Guid> orderIds, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(orderIds);
        return orderIds.Count == 0
            ? Task.CompletedTask
            : ExecuteAsync(
                "UPDATE compensation SET dispatched_at = @now WHERE order_id IN @ids", new { ids = orderIds.Select(Id), now = now.UtcDateTime }, cancellationToken);
    }

    async Task<bool> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await connection.ExecuteAsync(sql, parameters).ConfigureAwait(false) > 0;
    }

    static object FailureParameters(CompensationRecord record, CompensationFailure failure, DateTimeOffset? next, string status) => new
    {
        id = Id(record.OrderId),
        failure.Number,
        failure.Cause,
        status,
        next = next?.UtcDateTime,
        error = Cut(failure.Error),
        history = JsonSerializer.Serialize(record.History.Append(failure), Json),
        at = failure.At.UtcDateTime,
    };

    static string Id(Guid orderId) => orderId.ToString("D");

    static string Cut(string text)
    {
        if (text.Length <= LongestError)
            return text;
        // Not between the halves of a surrogate pair: MySQL would refuse the text.
        return text[..(char.IsHighSurrogate(text[LongestError - 1]) ? LongestError - 1 : LongestError)];
    }

    sealed class Row
    {
        public string Status { get; init; } = "";
        public int Attempts { get; init; }
        public int DeadLetterAttempts { get; init; }
        public DateTime? NextAttemptAt { get; init; }
        public string Source { get; init; } = "";
        public string Cause { get; init; } = "";
        public string LastError { get; init; } = "";
        public string Request { get; init; } = "";
        public string History { get; init; } = "";
        public DateTime FirstFailedAt { get; init; }

        public CompensationRecord ToRecord() => new()
        {
            Status = Status,
            Attempts = Attempts,
            DeadLetterAttempts = DeadLetterAttempts,
            NextAttemptAt = NextAttemptAt.AsUtc(),
            Source = Source,
            Cause = Cause,
            LastError = LastError,
            Request = JsonSerializer.Deserialize<SeckillRequested>(Request, Json)!,
            History = JsonSerializer.Deserialize<List<CompensationFailure>>(History, Json)!,
            FirstFailedAt = FirstFailedAt.AsUtc(),
        };
    }
}
