using Dapper;

using Seckill.Ledger;
using Seckill.Ledger.Connections;

namespace Seckill.Sagas.Audit;

/// <summary>MySQL as it was at one instant: every query through it sees the same committed transactions.</summary>
sealed class LedgerSnapshot : IAsyncDisposable
{
    // One statement may scan a whole table.
    const int StatementTimeoutSeconds = 600;

    readonly LedgerConnection _connection;

    LedgerSnapshot(LedgerConnection connection) => _connection = connection;

    /// <summary>Connects, so that <see cref="BeginAsync"/> costs one round trip.</summary>
    public static async Task<LedgerSnapshot> OpenAsync(MySqlDatabase database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return new LedgerSnapshot(connection);
    }

    /// <summary>Fixes the instant.</summary>
    public Task BeginAsync() => _connection.ExecuteAsync(
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");

    /// <summary>The rows of a query.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null)
        => (await _connection.QueryAsync<T>(sql, parameters, commandTimeout: StatementTimeoutSeconds).ConfigureAwait(false)).AsList();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The connection goes back to a pool: a snapshot left open would make the server keep old row versions for it.
        await using (_connection.ConfigureAwait(false))
        {
            if (_connection.State == System.Data.ConnectionState.Open)
                await _connection.ExecuteAsync("ROLLBACK").ConfigureAwait(false);
        }
    }
}
