using System.Net;

using Microsoft.Extensions.Options;

using StackExchange.Redis;

namespace Seckill.Admission.Redis;

/// <summary>
/// One multiplexed connection to each Redis server, opened when first asked for. A server that is away does not fail the start:
/// commands fail until it is back, and the connection comes back by itself.
/// </summary>
public sealed class RedisConnections : IAsyncDisposable
{
    readonly RedisConnection _stock;
    readonly RedisConnection _cache;
    readonly IReadOnlyList<RedisConnection> _locks;

    /// <summary>Makes the connections of these options; none is opened yet.</summary>
    public RedisConnections(IOptions<RedisOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _stock = new RedisConnection(options.Value.Stock);
        _cache = new RedisConnection(options.Value.Cache);
        _locks = options.Value.Locks.Count == 0 ? [_stock] : options.Value.Locks.Select(x => new RedisConnection(x)).ToList();
    }

    /// <summary>The stock Redis.</summary>
    public RedisConnection Stock => _stock;

    /// <summary>The cache Redis.</summary>
    public RedisConnection Cache => _cache;

    /// <summary>The masters that keep locks, at least one.</summary>
    public IReadOnlyList<RedisConnection> Locks => _locks;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _locks.Append(_cache).Append(_stock).Distinct())
            await connection.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>The connection to one Redis server.</summary>
public sealed class RedisConnection : IAsyncDisposable
{
    const string RunIdField = "run_id:";
    const int ReconnectMilliseconds = 100;
    const int ReconnectAtMostMilliseconds = 2000;

    readonly RedisEndpoint _endpoint;
    readonly Lock _gate = new();
    Task<ConnectionMultiplexer>? _multiplexer;

    internal RedisConnection(RedisEndpoint endpoint) => _endpoint = endpoint;

    /// <summary>Host and port, for logs.</summary>
    public string Name => $"{_endpoint.Host}:{_endpoint.Port}";

    /// <summary>The server's database, to send commands to; it connects first where that was not done yet.</summary>
    /// <exception cref="RedisConnectionException">The host's name can't be resolved.</exception>
    public ValueTask<IDatabase> DatabaseAsync()
    {
        var multiplexer = _multiplexer;
        return multiplexer is { IsCompletedSuccessfully: true }
            ? ValueTask.FromResult(multiplexer.Result.GetDatabase(_endpoint.Db))
            : Connected();

        async ValueTask<IDatabase> Connected() => (await ConnectAsync().ConfigureAwait(false)).GetDatabase(_endpoint.Db);
    }

    /// <summary>What the server calls this life of its process: another value means that it was restarted, or is another server.</summary>
    /// <exception cref="RedisException">The server did not answer.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public async Task<string> RunIdAsync()
    {
        // As a plain command: IServer.Info asks for the client's admin mode in some versions, which would open FLUSHALL and the like, too.
        var database = await DatabaseAsync().ConfigureAwait(false);
        var info = await database.ExecuteAsync("INFO", "server")
            .WaitAsync(TimeSpan.FromMilliseconds(_endpoint.ConnectTimeoutMilliseconds)).ConfigureAwait(false);
        var lines = ((string)info!).Split('\n').Select(x => x.Trim());
        return lines.First(x => x.StartsWith(RunIdField, StringComparison.Ordinal))[RunIdField.Length..];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? multiplexer;
        lock (_gate)
            multiplexer = _multiplexer;
        if (multiplexer is { IsCompletedSuccessfully: true })
            await multiplexer.Result.CloseAsync().ConfigureAwait(false);
    }

    Task<ConnectionMultiplexer> ConnectAsync()
    {
        lock (_gate)
        {
            // An unknown host fails the attempt even with AbortOnConnectFail = false: the next caller tries again.
            if (_multiplexer is null or { IsFaulted: true })
                _multiplexer = ConnectionMultiplexer.ConnectAsync(Configuration());
            return _multiplexer;
        }
    }

    EndPoint EndPoint => IPAddress.TryParse(_endpoint.Host, out var address)
        ? new IPEndPoint(address, _endpoint.Port)
        : new DnsEndPoint(_endpoint.Host, _endpoint.Port);

    ConfigurationOptions Configuration() => new()
    {
        EndPoints = { EndPoint },
        Password = _endpoint.Password.Length == 0 ? null : _endpoint.Password,
        ClientName = "seckill",
        AbortOnConnectFail = false,
        ConnectTimeout = _endpoint.ConnectTimeoutMilliseconds,
        ReconnectRetryPolicy = new ExponentialRetry(ReconnectMilliseconds, ReconnectAtMostMilliseconds),
        KeepAlive = 5,
    };
}
