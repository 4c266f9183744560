using System.Runtime.CompilerServices;

using Npgsql;

using NpgsqlTypes;

using Seckill.Ledger;
using Seckill.Operations.Postgres;

namespace Seckill.Operations.Archive;

/// <summary>The archive in table <c>failed_order_archives</c>.</summary>
public sealed class PostgresArchive(PostgresDatabase database) : IFailedOrderArchive
{
    /// <summary>Orders that are in memory at once while all are read. A payload may have a megabyte.</summary>
    const int ReadAhead = 25;

    static readonly string AddScript = EmbeddedScript.Read(typeof(PostgresArchive).Assembly, "Archive.add_failed_order.sql");

    /// <inheritdoc/>
    public Task<bool> AddAsync(FailedOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        return UseAsync("An order could not be archived", async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(AddScript, connection);
            FailedOrderRow.Write(FailedOrderForm.Normalise(order), command.Parameters);
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false) > 0;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<FailedOrder?> FindAsync(string archiveId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archiveId);
        return UseAsync("An archived order could not be read", async (connection, token) =>
        {
            await using var command = new NpgsqlCommand($"SELECT {FailedOrderRow.Columns} FROM failed_order_archives WHERE archive_id = @id",
                connection);
            command.Parameters.AddWithValue("id", PostgresText.Clean(archiveId));
            await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            return await reader.ReadAsync(token).ConfigureAwait(false) ? FailedOrderRow.Read(reader) : null;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<FailedOrderPage> ListAsync(FailedOrderFilter filter, string? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        var normal = FailedOrderForm.Normalise(filter);
        var position = after is null ? (ArchivePosition?)null : ArchivePosition.Parse(after);
        return UseAsync("The archive could not be listed", async (connection, token) =>
        {
            var items = new List<FailedOrder>();
            // One more than asked for tells whether there is a next page.
            await using var command = Query(connection, normal, position, limit + 1);
            await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            while (items.Count < limit && await reader.ReadAsync(token).ConfigureAwait(false))
                items.Add(FailedOrderRow.Read(reader));
            var more = items.Count == limit && await reader.ReadAsync(token).ConfigureAwait(false);
            return new FailedOrderPage(items, more ? ArchivePosition.Of(items[^1]).ToString() : null);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<FailedOrder> ReadAsync(FailedOrderFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // In pages: the index gives each at once, no connection is held while the reader is busy, and what is archived meanwhile moves none.
        for (string? after = null; ;)
        {
            var page = await ListAsync(filter, after, ReadAhead, cancellationToken).ConfigureAwait(false);
            foreach (var order in page.Items)
                yield return order;
            if ((after = page.Next) is null)
                yield break;
        }
    }

    /// <inheritdoc/>
    public Task<long> CountAsync(FailedOrderFilter filter, CancellationToken cancellationToken = default)
    {
        var normal = FailedOrderForm.Normalise(filter);
        return UseAsync("Archived orders could not be counted", async (connection, token) =>
        {
            await using var command = new NpgsqlCommand { Connection = connection };
            command.CommandText = $"SELECT count(*) FROM failed_order_archives {Where(command.Parameters, normal, after: null)}";
            return (long)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<HandleOutcome> MarkHandledAsync(string archiveId, Handling handling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archiveId);
        var normal = FailedOrderForm.Normalise(handling);
        return UseAsync("An archived order could not be marked", async (connection, token) =>
        {
            await using var mark = new NpgsqlCommand("""
                UPDATE failed_order_archives SET handled = true, handled_by = @by, handled_at = @at, note = @note, outcome = @outcome
                WHERE archive_id = @id AND NOT handled
                """, connection);
            mark.Parameters.AddWithValue("id", PostgresText.Clean(archiveId));
            FailedOrderRow.Write(normal, mark.Parameters);
            if (await mark.ExecuteNonQueryAsync(token).ConfigureAwait(false) > 0)
                return HandleOutcome.Handled;

            await using var find = new NpgsqlCommand("SELECT 1 FROM failed_order_archives WHERE archive_id = @id", connection);
            find.Parameters.AddWithValue("id", PostgresText.Clean(archiveId));
            return await find.ExecuteScalarAsync(token).ConfigureAwait(false) is null ? HandleOutcome.Unknown : HandleOutcome.AlreadyHandled;
        }, cancellationToken);
    }

    static NpgsqlCommand Query(NpgsqlConnection connection, FailedOrderFilter filter, ArchivePosition? after, int limit)
    {
        var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = $"""
            SELECT {FailedOrderRow.Columns} FROM failed_order_archives {Where(command.Parameters, filter, after)}
            ORDER BY archived_at DESC, archive_id DESC LIMIT {limit}
            """;
        return command;
    }

    static string Where(NpgsqlParameterCollection parameters, FailedOrderFilter filter, ArchivePosition? after)
    {
        var conditions = new List<string>();
        Restrict("handled = @handled", "handled", filter.Handled, NpgsqlDbType.Boolean);
        Restrict("activity_id = @activity", "activity", filter.ActivityId, NpgsqlDbType.Bigint);
        Restrict("buyer_id = @buyer", "buyer", filter.BuyerId, NpgsqlDbType.Text);
        Restrict("cause = @cause", "cause", filter.Cause, NpgsqlDbType.Text);
        Restrict("archived_at >= @from", "from", filter.From?.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        Restrict("archived_at < @before", "before", filter.Before?.ToUniversalTime(), NpgsqlDbType.TimestampTz);
        if (after is { } position)
        {
            conditions.Add("(archived_at, archive_id) < (@after_at, @after_id)");
            parameters.AddWithValue("after_at", NpgsqlDbType.TimestampTz, position.ArchivedAt);
            parameters.AddWithValue("after_id", NpgsqlDbType.Text, PostgresText.Clean(position.ArchiveId));
        }

        return conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);

        void Restrict(string condition, string name, object? value, NpgsqlDbType type)
        {
            if (value is null)
                return;

            conditions.Add(condition);
            parameters.AddWithValue(name, type, value);
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
            throw new ArchiveUnavailableException($"{failure}: PostgreSQL: {exception.Message}", exception);
        }
    }
}
