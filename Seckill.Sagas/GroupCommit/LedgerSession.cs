using System.Data;
using System.Diagnostics;

using MySqlConnector;

using Seckill.Ledger;
using Seckill.Ledger.Connections;

namespace Seckill.Sagas.GroupCommit;

/// <summary>
/// The one connection of a group-commit writer. It is opened when needed, kept while it is sound, and dropped after any fault that
/// leaves its state in doubt.
/// </summary>
sealed class LedgerSession(MySqlDatabase database) : IAsyncDisposable
{
    LedgerConnection? _connection;

    /// <summary>Begins a transaction and runs the pieces of its statements, each in a round trip; returns how many rows they changed in all.</summary>
    public async Task<int> BeginAsync(IReadOnlyList<string> pieces)
    {
        var connection = await ConnectAsync();
        var changed = 0;
        for (var i = 0; i < pieces.Count; i++)
            changed += await RunAsync(connection, "write", i == 0 ? "START TRANSACTION;" + pieces[i] : pieces[i]);

        return changed;
    }

    /// <summary>Reads rows.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, Func<IDataRecord, T> map)
    {
        var connection = await ConnectAsync();
        var began = Stopwatch.GetTimestamp();
        try
        {
            var rows = new List<T>();
            await using var command = connection.CreateCommand(sql);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                rows.Add(map(reader));

            MySqlInstruments.Called("read", began);
            return rows;
        }
        catch (Exception exception)
        {
            Failed("read", began, exception);
            throw;
        }
    }

    /// <summary>Makes the transaction durable.</summary>
    /// <exception cref="CommitOutcomeUnknownException">The connection failed before the answer came: it may be durable or not.</exception>
    public async Task CommitAsync()
    {
        try
        {
            await RunAsync(_connection ?? throw new InvalidOperationException("No transaction is open"), "commit", "COMMIT");
        }
        catch (Exception exception) when (exception is not InvalidOperationException)
        {
            Drop();
            throw new CommitOutcomeUnknownException(exception);
        }
    }

    /// <summary>
    /// Undoes the transaction. A connection that can't even do that is dropped, which undoes it too. One that were left open would keep its locks until the
    /// next is begun, and be committed by that.
    /// </summary>
    public async Task RollbackAsync()
    {
        if (_connection is null)
            return;

        try
        {
            await RunAsync(_connection, "rollback", "ROLLBACK");
        }
        catch (Exception exception) when (exception is MySqlException || MySqlFaults.IsTransient(exception))
        {
            Drop();
        }
    }

    public async ValueTask DisposeAsync() => Drop();

    async Task<int> RunAsync(LedgerConnection connection, string call, string statements)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await using var command = connection.CreateCommand(statements);
            var rows = await command.ExecuteNonQueryAsync();
            MySqlInstruments.Called(call, began);
            return rows;
        }
        catch (Exception exception)
        {
            Failed(call, began, exception);
            throw;
        }
    }

    void Failed(string call, long began, Exception exception)
    {
        MySqlInstruments.Called(call, began, exception);
        if (!MySqlFaults.IsRefusal(exception))
            Drop();
    }

    async Task<LedgerConnection> ConnectAsync()
    {
        if (_connection is { State: ConnectionState.Open })
            return _connection;

        Drop();
        var connection = await database.OpenAsync();
        try
        {
            // READ COMMITTED: no gap locks, so writers of different orders never wait for each other.
            await using var command = connection.CreateCommand("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
            await command.ExecuteNonQueryAsync();
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        return _connection = connection;
    }

    void Drop()
    {
        // Back in the pool a connection with an open transaction would be somebody else's trouble.
        _connection?.Discard();
        _connection = null;
    }
}
