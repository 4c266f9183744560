using System.Collections.Concurrent;

using Microsoft.Extensions.Options;

using MySqlConnector;

using Seckill.Ledger.Connections;

namespace Seckill.Ledger;

/// <summary>Opens connections to the system of record, from a pool of our own (docs/decisions/0019).</summary>
public sealed class MySqlDatabase : IDisposable
{
    static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    readonly MySqlOptions _options;
    readonly ConnectionPool _pool;
    readonly ConcurrentBag<ConnectionPool> _pools = [];

    /// <summary>For the server and database of these options.</summary>
    public MySqlDatabase(IOptions<MySqlOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _pool = NewPool(_options.MaximumPoolSize);
    }

    /// <summary>The database's name.</summary>
    public string Name => _options.Database;

    /// <summary>A pooled, open connection; the caller disposes of it.</summary>
    /// <exception cref="ConnectionLostException">The server can't be reached, did not answer in time, hung up, or refuses the connection.</exception>
    /// <exception cref="TimeoutException">All connections have been in use for half a minute.</exception>
    public Task<LedgerConnection> OpenAsync(CancellationToken cancellationToken = default) => OpenAsync(_pool, isMeasured: true, cancellationToken);

    /// <summary>A connection to the server that has no database selected, to create it.</summary>
    /// <inheritdoc cref="OpenAsync(CancellationToken)" path="/exception"/>
    public async Task<LedgerConnection> OpenServerAsync(CancellationToken cancellationToken = default)
    {
        var pool = new ConnectionPool(ConnectionString(withDatabase: false), 1, ConnectPatience);
        // It keeps nothing.
        pool.Close();
        return await OpenAsync(pool, isMeasured: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes connections, not open yet, that have a pool of that size for themselves: for a library that opens them when it likes.</summary>
    public Func<LedgerConnection> ConnectionsOfTheirOwn(int poolSize)
    {
        var pool = NewPool(poolSize);
        return () => new LedgerConnection(pool, TimeSpan.FromSeconds(_options.CallTimeoutSeconds), isMeasured: false);
    }

    /// <summary>Closes the connections that nobody uses; others when their users are done with them.</summary>
    public void Dispose()
    {
        foreach (var pool in _pools)
            pool.Close();
    }

    async Task<LedgerConnection> OpenAsync(ConnectionPool pool, bool isMeasured, CancellationToken cancellationToken)
    {
        var connection = new LedgerConnection(pool, TimeSpan.FromSeconds(_options.CallTimeoutSeconds), isMeasured);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return connection;
    }

    ConnectionPool NewPool(int size)
    {
        var pool = new ConnectionPool(ConnectionString(withDatabase: true), size, ConnectPatience);
        _pools.Add(pool);
        return pool;
    }

    string ConnectionString(bool withDatabase)
    {
        var builder = new MySqlConnectionStringBuilder
        {
            Server = _options.Host,
            Port = (uint)_options.Port,
            UserID = _options.User,
            Password = _options.Password,
            SslMode = MySqlSslMode.None,
            AllowUserVariables = true,
            AllowPublicKeyRetrieval = true,
            // See ConnectionPool.
            Pooling = false,
            ConnectionTimeout = (uint)ConnectPatience.TotalSeconds,
            DefaultCommandTimeout = (uint)_options.CallTimeoutSeconds,
            // Nothing is known of a call whose time is up: its socket is closed at once, and no second connection asks to end it.
            CancellationTimeout = -1,
            IgnoreCommandTransaction = true,
        };
        if (withDatabase)
            builder.Database = _options.Database;

        return builder.ConnectionString;
    }
}
