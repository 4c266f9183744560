using System.Data;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

using Microsoft.Extensions.Options;

using MySql.Data.MySqlClient;

namespace Seckill.Ledger;

/// <summary>
/// Opens connections to the system of record. The connector's own pool blocks a thread for each caller that it has no connection for, and a
/// few hundred of those are all the threads there are; so callers wait here, without a thread, for one of the pool's connections.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore that is only waited for holds nothing to dispose of, and connections are closed after the host.")]
public sealed class MySqlDatabase(IOptions<MySqlOptions> options)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string _connectionString = BuildConnectionString(options.Value, withDatabase: true);
    readonly string _serverConnectionString = BuildConnectionString(options.Value, withDatabase: false);

    readonly int _poolSize = options.Value.MaximumPoolSize;
    readonly SemaphoreSlim _unused = new(options.Value.MaximumPoolSize, options.Value.MaximumPoolSize);

    /// <summary>The database's name.</summary>
    public string Name { get; } = options.Value.Database;

    /// <summary>A pooled, open connection; the caller disposes of it.</summary>
    /// <exception cref="MySqlException">The server can't be reached, or refuses the user.</exception>
    /// <exception cref="TimeoutException">All connections have been in use for half a minute.</exception>
    public async Task<MySqlConnection> OpenAsync(CancellationToken cancellationToken = default)
    {
        var asked = Stopwatch.GetTimestamp();
        if (!await _unused.WaitAsync(Patience, cancellationToken).ConfigureAwait(false))
            throw new TimeoutException($"All {_poolSize} connections to MySQL have been in use for {Patience.TotalSeconds} s");

        MySqlInstruments.SetPoolLimit(_poolSize);
        MySqlInstruments.Taken(asked);
        var taken = Stopwatch.GetTimestamp();
        try
        {
            var connection = await OpenAsync(_connectionString, cancellationToken).ConfigureAwait(false);
            MySqlInstruments.Called("open", taken);
            connection.StateChange += ReleaseWhenClosed;
            return connection;
        }
        catch (Exception exception)
        {
            if (exception is not OperationCanceledException)
                MySqlInstruments.Called("open", taken, exception);
            GiveBack(taken);
            throw;
        }

        void ReleaseWhenClosed(object sender, StateChangeEventArgs change)
        {
            if (change.CurrentState != ConnectionState.Closed)
                return;

            // A connection that broke is closed first by the connector, and then by its user.
            ((MySqlConnection)sender).StateChange -= ReleaseWhenClosed;
            GiveBack(taken);
        }
    }

    /// <summary>A connection to the server that has no database selected, to create it.</summary>
    /// <exception cref="MySqlException">The server can't be reached, or refuses the user.</exception>
    public Task<MySqlConnection> OpenServerAsync(CancellationToken cancellationToken = default)
        => OpenAsync(_serverConnectionString, cancellationToken);

    /// <summary>A connection string with a pool of that size, for libraries that open connections themselves; it holds the password.</summary>
    public string ConnectionStringFor(int poolSize)
        => new MySqlConnectionStringBuilder(_connectionString) { MaximumPoolSize = (uint)poolSize }.ConnectionString;

    void GiveBack(long taken)
    {
        MySqlInstruments.GivenBack(taken);
        _unused.Release();
    }

    static async Task<MySqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(connectionString);
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

    static string BuildConnectionString(MySqlOptions options, bool withDatabase)
    {
        var builder = new MySqlConnectionStringBuilder
        {
            Server = options.Host,
            Port = (uint)options.Port,
            UserID = options.User,
            Password = options.Password,
            SslMode = MySqlSslMode.Disabled,
            AllowUserVariables = true,
            AllowPublicKeyRetrieval = true,
            CharacterSet = "utf8mb4",
            MaximumPoolSize = (uint)options.MaximumPoolSize,
            ConnectionTimeout = 5,
            DefaultCommandTimeout = 30,
        };
        if (withDatabase)
            builder.Database = options.Database;
        else
            builder.Pooling = false;

        return builder.ConnectionString;
    }
}
