using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Contracts;

using StackExchange.Redis;

namespace Seckill.Admission.Relay;

/// <summary>The write-ahead entries in the stock Redis.</summary>
sealed class WriteAheadEntries(RedisConnections connections, IOptions<AdmissionOptions> options, ILogger<WriteAheadEntries> logger)
{
    readonly StockScripts _scripts = new(connections, options);
    readonly TimeSpan _timeout = options.Value.RedisTimeout;
    readonly int _repeatMilliseconds = options.Value.RelayRepeatSeconds * 1000;

    /// <summary>Entries whose time has come by the clock of Redis, the longest overdue first; none while the stock is rebuilt.</summary>
    public async Task<IReadOnlyList<Guid>> DueAsync(long activityId, int count, CancellationToken cancellationToken)
    {
        var keys = new StockKeys(activityId);
        var due = (RedisValue[])await _scripts.RunAsync(StockScripts.Due, [keys.Meta, keys.Pending], [count], cancellationToken)
            .ConfigureAwait(false);
        return due.Select(x => Guid.Parse((string)x!)).ToList();
    }

    /// <summary>The orders of these entries. What is no entry (any more) is taken off the list of those that are due.</summary>
    public async Task<IReadOnlyList<SeckillRequested>> ReadAsync(long activityId, IReadOnlyList<Guid> orderIds, CancellationToken cancellationToken)
    {
        var keys = new StockKeys(activityId);
        var database = await connections.Stock.DatabaseAsync().ConfigureAwait(false);
        var records = await Task.WhenAll(orderIds.Select(x => database.HashGetAllAsync(keys.Order(x)))).WaitAsync(_timeout, cancellationToken)
            .ConfigureAwait(false);
        var orders = new List<SeckillRequested>(orderIds.Count);
        var strays = new List<RedisValue>();
        foreach (var (orderId, record) in orderIds.Zip(records))
        {
            var entry = OrderEntry.From(activityId, orderId, record);
            if (entry is { State: OrderEntryState.Admitted or OrderEntryState.Prepared })
            {
                orders.Add(entry.Order);
                continue;
            }

            strays.Add(orderId.ToString("D"));
            if (entry is null)
                logger.LogWarning("Write-ahead entry {OrderId} of activity {ActivityId} has no record and was dropped", orderId, activityId);
        }

        if (strays.Count > 0)
            await database.SortedSetRemoveAsync(keys.Pending, [.. strays]).WaitAsync(_timeout, cancellationToken).ConfigureAwait(false);
        return orders;
    }

    /// <summary>Leaves entries alone for a while, after they were published.</summary>
    public Task PutOffAsync(long activityId, IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken)
        => _scripts.RunAsync(StockScripts.MarkPublished, [new StockKeys(activityId).Pending],
            [_repeatMilliseconds, .. orderIds.Select(x => (RedisValue)x.ToString("D"))], cancellationToken);
}
