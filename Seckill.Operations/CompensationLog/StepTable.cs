using Npgsql;

using NpgsqlTypes;

using Seckill.Ledger;
using Seckill.Operations.Postgres;

namespace Seckill.Operations.CompensationLog;

/// <summary>Table <c>compensation_logs</c>.</summary>
sealed class StepTable(PostgresDatabase database)
{
    /// <summary>Steps that one statement adds at most.</summary>
    public const int BatchSize = 500;

    static readonly string AddScript = EmbeddedScript.Read(typeof(StepTable).Assembly, "CompensationLog.add_steps.sql");

    /// <summary>Adds steps that it does not have yet; returns how many those were.</summary>
    /// <exception cref="NpgsqlException">The server can't be reached, or refuses.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public Task<int> AddAsync(IReadOnlyList<CompensationStep> steps, CancellationToken cancellationToken)
        => database.UseAsync(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(AddScript, connection);
            Column("step_id", NpgsqlDbType.Uuid, steps.Select(x => x.Id).ToArray());
            Column("at", NpgsqlDbType.TimestampTz, steps.Select(x => x.At).ToArray());
            Column("order_id", NpgsqlDbType.Uuid, steps.Select(x => x.OrderId).ToArray());
            Column("step", NpgsqlDbType.Text, steps.Select(x => x.Step).ToArray());
            Column("attempt", NpgsqlDbType.Integer, steps.Select(x => x.Attempt).ToArray());
            Column("cause", NpgsqlDbType.Text, steps.Select(x => x.Cause).ToArray());
            Column("detail", NpgsqlDbType.Text, steps.Select(x => x.Detail).ToArray());
            Column("duration_ms", NpgsqlDbType.Bigint, steps.Select(x => x.DurationMs).ToArray());
            Column("instance", NpgsqlDbType.Text, steps.Select(x => x.Instance).ToArray());
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);

            void Column(string name, NpgsqlDbType type, object values) => command.Parameters.AddWithValue(name, NpgsqlDbType.Array | type, values);
        }, cancellationToken);

    /// <summary>The steps of an order, oldest first.</summary>
    /// <exception cref="NpgsqlException">The server can't be reached, or refuses.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public Task<IReadOnlyList<CompensationStep>> ReadAsync(Guid orderId, CancellationToken cancellationToken)
        => ReadAsync("order_id = @order_id", x => x.AddWithValue("order_id", NpgsqlDbType.Uuid, orderId), cancellationToken);

    /// <summary>The steps between two times that say when servers were away, oldest first.</summary>
    /// <inheritdoc cref="ReadAsync(Guid, CancellationToken)" path="/exception"/>
    public Task<IReadOnlyList<CompensationStep>> ReadOutagesAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
        => ReadAsync(
            "at BETWEEN @from AND @to AND order_id IS NULL AND step IN (@down, @up)",
            x =>
            {
                x.AddWithValue("from", NpgsqlDbType.TimestampTz, from.ToUniversalTime());
                x.AddWithValue("to", NpgsqlDbType.TimestampTz, to.ToUniversalTime());
                x.AddWithValue("down", NpgsqlDbType.Text, CompensationStepNames.DependencyDown);
                x.AddWithValue("up", NpgsqlDbType.Text, CompensationStepNames.DependencyUp);
            },
            cancellationToken,
            ICompensationLog.MostOutages);

    Task<IReadOnlyList<CompensationStep>> ReadAsync(
        string condition, Action<NpgsqlParameterCollection> add, CancellationToken cancellationToken, int? limit = null)
        => database.UseAsync(async (connection, token) =>
        {
            await using var command = new NpgsqlCommand($"""
                SELECT step_id, at, order_id, step, attempt, cause, detail, duration_ms, instance FROM compensation_logs
                WHERE {condition} ORDER BY at, step_id {(limit is null ? "" : $"LIMIT {limit}")}
                """, connection);
            add(command.Parameters);
            await using var row = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            var steps = new List<CompensationStep>();
            while (await row.ReadAsync(token).ConfigureAwait(false))
                steps.Add(Read(row));
            return (IReadOnlyList<CompensationStep>)steps;
        }, cancellationToken);

    static CompensationStep Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        At = row.GetFieldValue<DateTimeOffset>(1),
        OrderId = row.IsDBNull(2) ? null : row.GetGuid(2),
        Step = row.GetString(3),
        Attempt = row.GetInt32(4),
        Cause = row.IsDBNull(5) ? null : row.GetString(5),
        Detail = row.IsDBNull(6) ? null : row.GetString(6),
        DurationMs = row.IsDBNull(7) ? null : row.GetInt64(7),
        Instance = row.GetString(8),
    };
}
