using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;

using StackExchange.Redis;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// The count of attempts in the cache Redis, <c>compensation_retries:{orderId}</c>: for whoever watches an order without MySQL at hand. Table
/// <c>compensation</c> is what decides, so a Redis that is away, or takes no writes, costs nothing but the view.
/// </summary>
public sealed class RetryCounter(RedisConnections connections, IOptions<CompensationOptions> options, ILogger<RetryCounter> logger)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly TimeSpan _expiry = TimeSpan.FromSeconds(options.Value.RetryCounterExpirySeconds);

    /// <summary>The key of an order's count.</summary>
    public static string KeyOf(Guid orderId) => $"compensation_retries:{orderId:D}";

    /// <summary>Keeps a count; it expires by itself.</summary>
    public async Task SetAsync(Guid orderId, int attempts)
    {
        try
        {
            var database = await connections.Cache.DatabaseAsync();
            await database.StringSetAsync(KeyOf(orderId), attempts, _expiry).WaitAsync(Patience);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or IOException)
        {
            logger.LogDebug(exception, "The count of attempts of order {OrderId} is not in Redis", orderId);
        }
    }

    /// <summary>Deletes a count.</summary>
    public async Task ClearAsync(Guid orderId)
    {
        try
        {
            var database = await connections.Cache.DatabaseAsync();
            await database.KeyDeleteAsync(KeyOf(orderId)).WaitAsync(Patience);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or IOException)
        {
            logger.LogDebug(exception, "The count of attempts of order {OrderId} stays in Redis until it expires", orderId);
        }
    }
}
