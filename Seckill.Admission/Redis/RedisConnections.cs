using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Seckill.Admission.Redis;

/// <summary>
/// One multiplexed connection to each Redis server, opened when first asked for. A server that is away does not fail the start:
/// commands fail until it is back, and so is the connection, by itself.
/// </summary>
public sealed class RedisConnections : IAsyncDisposable
{
    readonly RedisConnection _stock;
    readonly RedisConnection _cache;
    readonly IReadOnlyList<RedisConnection> _locks;

    /// <summary>Makes the connections of these options; none is opened yet.</summary>
    public RedisConnections(IOptions<RedisOptions> options, TimeProvider time, ILogger<RedisConnection> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _stock = To(options.Value.Stock);
        _cache = To(options.Value.Cache);
        _locks = options.Value.Locks.Count == 0 ? [_stock] : options.Value.Locks.Select(To).ToList();

        RedisConnection To(RedisEndpoint endpoint) => new(endpoint, time, logger);
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
