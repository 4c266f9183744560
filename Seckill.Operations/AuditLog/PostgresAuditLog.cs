using System.Text.Json;

using Npgsql;

using NpgsqlTypes;

using Seckill.Operations.Postgres;

namespace Seckill.Operations.AuditLog;

/// <summary>The audit log in table <c>audit_log</c>, which refuses to be changed.</summary>
public sealed class PostgresAuditLog(PostgresDatabase database) : IAuditLog
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><see cref="AuditEntry.Before"/> or <see cref="AuditEntry.After"/> is not JSON.</exception>
    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        RequireJson(entry.Before, nameof(entry.Before));
        RequireJson(entry.After, nameof(entry.After));
        return UseAsync("The action could not be written to the audit log", async (connection, token) =>
        {
            await using var command = new NpgsqlCommand("""
                INSERT INTO audit_log (at, actor, action, target, outcome, reason, before, after)
                VALUES (@at, @actor, @action, @target, @outcome, @reason, @before, @after)
                """, connection);
            command.Parameters.AddWithValue("at", NpgsqlDbType.TimestampTz, entry.At.ToUniversalTime());
            Add(command, "actor", NpgsqlDbType.Text, entry.Actor);
            Add(command, "action", NpgsqlDbType.Text, entry.Action);
            Add(command, "target", NpgsqlDbType.Text, entry.Target);
            Add(command, "outcome", NpgsqlDbType.Text, entry.Outcome);
            Add(command, "reason", NpgsqlDbType.Text, entry.Reason);
            Add(command, "before", NpgsqlDbType.Json, entry.Before);
            Add(command, "after", NpgsqlDbType.Json, entry.After);
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditEntry>> ListAsync(AuditFilter filter, long? beforeId, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return UseAsync("The audit log could not be read", async (connection, token) =>
        {
            await using var command = Query(connection, filter, beforeId, limit);
            await using var row = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            var entries = new List<AuditEntry>();
            while (await row.ReadAsync(token).ConfigureAwait(false))
                entries.Add(Read(row));
            return (IReadOnlyList<AuditEntry>)entries;
        }, cancellationToken);
    }

    static NpgsqlCommand Query(NpgsqlConnection connection, AuditFilter filter, long? beforeId, int limit)
    {
        var command = new NpgsqlCommand { Connection = connection };
        var conditions = new List<string>();
        Restrict("actor = @actor", "actor", filter.Actor);
        Restrict("action = @action", "action", filter.Action);
        Restrict("target = @target", "target", filter.Target);
        if (beforeId is { } id)
        {
            conditions.Add("id < @id");
            command.Parameters.AddWithValue("id", NpgsqlDbType.Bigint, id);
        }

        var where = conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);
        command.CommandText = $"""
            SELECT id, at, actor, action, target, outcome, reason, before, after FROM audit_log {where} ORDER BY id DESC LIMIT {limit}
            """;
        return command;

        void Restrict(string condition, string name, string? value)
        {
            if (value is null)
                return;

            conditions.Add(condition);
            Add(command, name, NpgsqlDbType.Text, value);
        }
    }

    static AuditEntry Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        At = row.GetFieldValue<DateTimeOffset>(1),
        Actor = row.GetString(2),
        Action = row.GetString(3),
        Target = row.GetString(4),
        Outcome = row.GetString(5),
        Reason = row.IsDBNull(6) ? null : row.GetString(6),
        Before = row.IsDBNull(7) ? null : row.GetString(7),
        After = row.IsDBNull(8) ? null : row.GetString(8),
    };

    static void Add(NpgsqlCommand command, string name, NpgsqlDbType type, string? value)
        => command.Parameters.AddWithValue(name, type, (object?)PostgresText.Clean(value) ?? DBNull.Value);

    static void RequireJson(string? text, string name)
    {
        if (text is null)
            return;

        try
        {
            using var document = JsonDocument.Parse(text);
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"{name} must be JSON, not '{text}'", name, exception);
        }
    }

    async Task<T> UseAsync<T>(string failure, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await database.UseAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresDatabase.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw new AuditLogUnavailableException($"{failure}: PostgreSQL: {exception.Message}", exception);
        }
    }
}
