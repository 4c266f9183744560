using System.Data.Common;
using System.Net.Sockets;

using Microsoft.Extensions.Options;

using Npgsql;

namespace Seckill.Operations.Postgres;

/// <summary>
/// The operators' database. What is done with it takes ten seconds at most, also when the server accepts connections and then says nothing:
/// nobody who waits for it may be held up for longer.
/// </summary>
public sealed class PostgresDatabase(IOptions<PostgresOptions> options) : IAsyncDisposable
{
    /// <summary>How long an operation may take in all.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    const int ConnectSeconds = 4;
    const int CommandSeconds = 5;

    // Options are looked at when they are needed, so that a wrong one is reported when the host starts and not while services are built.
    readonly Lazy<NpgsqlDataSource> _source = new(() => NpgsqlDataSource.Create(ConnectionString(options.Value, options.Value.Database)));

    /// <summary>The database's name.</summary>
    public string Name => options.Value.Database;

    /// <summary>Where connections come from.</summary>
    public NpgsqlDataSource Source => _source.Value;

    /// <summary>Opens a connection, does something with it and closes it, all within <see cref="Patience"/>.</summary>
    /// <exception cref="NpgsqlException">The server can't be reached, or refused (see <see cref="IsUnavailable"/>).</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public Task<T> UseAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        // Cancelling asks the server to cancel, which a server that hangs does not do; hence the second limit.
        return RunAsync(work, cancellationToken).WaitAsync(Patience, cancellationToken);
    }

    /// <summary>A connection to the server's own database, to create ours from; not pooled.</summary>
    /// <exception cref="NpgsqlException">The server can't be reached, or refuses the role.</exception>
    public async Task<NpgsqlConnection> OpenServerAsync(CancellationToken cancellationToken = default)
    {
        var connection = new NpgsqlConnection(ConnectionString(options.Value, "postgres") + ";Pooling=false");
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether a failure is the server's or the network's, and no bug of the caller's.</summary>
    public static bool IsUnavailable(Exception exception)
        => exception is DbException or TimeoutException or SocketException or IOException or ObjectDisposedException;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_source.IsValueCreated)
            await _source.Value.DisposeAsync().ConfigureAwait(false);
    }

    async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await work(connection, cancellationToken).ConfigureAwait(false);
    }

    static string ConnectionString(PostgresOptions options, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = options.Host,
        Port = options.Port,
        Username = options.User,
        Password = options.Password,
        Database = database,
        MaxPoolSize = options.MaximumPoolSize,
        Timeout = ConnectSeconds,
        CommandTimeout = CommandSeconds,
        // After a time-out the connection is given up at once: waiting for the answer to a cancellation would add to the time-out.
        CancellationTimeout = -1,
        ApplicationName = "seckill",
        Timezone = "UTC",
    }.ConnectionString;
}
