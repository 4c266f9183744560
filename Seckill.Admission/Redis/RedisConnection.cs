using System.Net;

using Microsoft.Extensions.Logging;

using StackExchange.Redis;

namespace Seckill.Admission.Redis;

/// <summary>
/// The connection to one Redis server. The client library brings it back after an outage; one that stays away for ten seconds is
/// replaced by a new one as soon as that gets through, whatever keeps the old one from it.
/// </summary>
public sealed class RedisConnection : IAsyncDisposable
{
    const string RunIdField = "run_id:";
    const int ReconnectMilliseconds = 100;
    const int ReconnectAtMostMilliseconds = 2000;

    /// <summary>
    /// How long a connection may be away before a new one is tried beside it, and how far such attempts are apart: several of the client's own
    /// attempts, which are at most two seconds and a heartbeat of one apart.
    /// </summary>
    internal static readonly TimeSpan ReplacedAfter = TimeSpan.FromSeconds(10);

    /// <summary>How long a replaced connection is kept for those who took it just before: closed, it would fail them with the error of a bug.</summary>
    static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    readonly RedisEndpoint _endpoint;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly CancellationTokenSource _disposing = new();
    readonly Lock _gate = new();
    Task<ConnectionMultiplexer>? _multiplexer;
    Task _replacing = Task.CompletedTask;
    long _lostAt;

    internal RedisConnection(RedisEndpoint endpoint, TimeProvider time, ILogger logger) => (_endpoint, _time, _logger) = (endpoint, time, logger);

    /// <summary>Host and port, for logs.</summary>
    public string Name => $"{_endpoint.Host}:{_endpoint.Port}";

    /// <summary>The server's database, to send commands to; it connects first where that was not done yet. To be asked for anew for each piece of work: it may be another.</summary>
    /// <exception cref="RedisConnectionException">The host's name can't be resolved.</exception>
    public ValueTask<IDatabase> DatabaseAsync()
    {
        if (_multiplexer is not { IsCompletedSuccessfully: true } connected)
            return Connected();

        NoteState(connected.Result);
        return ValueTask.FromResult(connected.Result.GetDatabase(_endpoint.Db));

        async ValueTask<IDatabase> Connected() => (await ConnectAsync().ConfigureAwait(false)).GetDatabase(_endpoint.Db);
    }

    /// <summary>What the server calls this life of its process: another value means that it was restarted, or is another server.</summary>
    /// <exception cref="RedisException">The server did not answer.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public async Task<string> RunIdAsync()
    {
        var database = await DatabaseAsync().ConfigureAwait(false);
        var info = await database.ExecuteAsync("INFO", "server")
            .WaitAsync(TimeSpan.FromMilliseconds(_endpoint.ConnectTimeoutMilliseconds)).ConfigureAwait(false);
        var lines = ((string)info!).Split('\n').Select(x => x.Trim());
        return lines.First(x => x.StartsWith(RunIdField, StringComparison.Ordinal))[RunIdField.Length..];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task replacing;
        lock (_gate)
        {
            if (_disposing.IsCancellationRequested)
                return;
            _disposing.Cancel();
            replacing = _replacing;
        }

        await replacing.ConfigureAwait(false);
        if (_multiplexer is { IsCompletedSuccessfully: true } multiplexer)
        {
            await multiplexer.Result.CloseAsync().ConfigureAwait(false);
            multiplexer.Result.Dispose();
        }

        _disposing.Dispose();
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

    /// <summary>Notes since when the connection is away, and has it replaced when that is too long. Where it is there, it costs two reads.</summary>
    void NoteState(ConnectionMultiplexer multiplexer)
    {
        if (multiplexer.IsConnected)
        {
            if (Volatile.Read(ref _lostAt) != 0)
                Volatile.Write(ref _lostAt, 0);
            return;
        }

        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (_lostAt == 0)
                _lostAt = now;
            else if (_time.GetElapsedTime(_lostAt, now) >= ReplacedAfter && _replacing.IsCompleted && !_disposing.IsCancellationRequested)
            {
                _lostAt = now;
                _replacing = ReplaceAsync(multiplexer);
            }
        }
    }

    /// <summary>Never throws.</summary>
    async Task ReplaceAsync(ConnectionMultiplexer lost)
    {
        try
        {
            var fresh = await ConnectionMultiplexer.ConnectAsync(Configuration()).ConfigureAwait(false);
            if (!fresh.IsConnected || lost.IsConnected || _disposing.IsCancellationRequested)
            {
                End(fresh);
                return;
            }

            Volatile.Write(ref _multiplexer, Task.FromResult(fresh));
            _logger.LogWarning("The connection to Redis at {Redis} did not come back by itself and was replaced", Name);
            await Task.Delay(KeptFor, _time, _disposing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            End(lost);
        }
        catch (Exception exception)
        {
            // An unknown host, say. Whether the server answers is for the callers to tell.
            _logger.LogDebug(exception, "The connection to Redis at {Redis} could not be replaced", Name);
        }

        static void End(ConnectionMultiplexer multiplexer) => multiplexer.Close(allowCommandsToComplete: false);
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
        // INFO counts as a command of administrators to the client. What a user may do is for the server to say.
        AllowAdmin = true,
        // What can't be sent fails at once and is the caller's to repeat: kept for later, it would be done when nobody waits for it any more.
        BacklogPolicy = BacklogPolicy.FailFast,
        ConnectTimeout = _endpoint.ConnectTimeoutMilliseconds,
        ReconnectRetryPolicy = new ExponentialRetry(ReconnectMilliseconds, ReconnectAtMostMilliseconds),
        KeepAlive = 5,
    };
}
