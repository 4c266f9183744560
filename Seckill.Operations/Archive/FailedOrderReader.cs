using Npgsql;

using Seckill.Operations.Postgres;

namespace Seckill.Operations.Archive;

/// <summary>Rows of the archive one by one: of all that a query finds, one is in memory.</summary>
sealed class FailedOrderReader : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;
    readonly NpgsqlCommand _command;
    readonly NpgsqlDataReader _reader;

    FailedOrderReader(NpgsqlConnection connection, NpgsqlCommand command, NpgsqlDataReader reader)
    {
        _connection = connection;
        _command = command;
        _reader = reader;
    }

    public static Task<FailedOrderReader> OpenAsync(PostgresDatabase database, Func<NpgsqlConnection, NpgsqlCommand> query,
        CancellationToken cancellationToken)
        => StartAsync(database, query, cancellationToken).WaitAsync(PostgresDatabase.Patience, cancellationToken);

    /// <summary>The next order; null after the last.</summary>
    public Task<FailedOrder?> NextAsync(CancellationToken cancellationToken)
        => ReadAsync(cancellationToken).WaitAsync(PostgresDatabase.Patience, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync().ConfigureAwait(false);
        await _command.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    static async Task<FailedOrderReader> StartAsync(PostgresDatabase database, Func<NpgsqlConnection, NpgsqlCommand> query,
        CancellationToken cancellationToken)
    {
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        NpgsqlCommand? command = null;
        try
        {
            command = query(connection);
            return new FailedOrderReader(connection, command, await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            if (command is not null)
                await command.DisposeAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    async Task<FailedOrder?> ReadAsync(CancellationToken cancellationToken)
        => await _reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? FailedOrderRow.Read(_reader) : null;
}
