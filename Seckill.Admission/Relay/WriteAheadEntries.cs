using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;

using StackExchange.Redis;

namespace Seckill.Admission.Relay;

/// <summary>The write-ahead entries in the stock Redis.</summary>
sealed class WriteAheadEntries(RedisConnections connections, IOptions<AdmissionOptions> options, ILogger<WriteAheadEntries> logger)
{
    // A repeat that is needed, because Kafka lost what it had, is not to wait for longer than this many times the usual.
    const int MostRepeats = 10;

    readonly StockScripts _scripts = new(connections, options);
    readonly TimeSpan _timeout = options.Value.RedisTimeout;
    readonly int _repeatMilliseconds = options.Value.RelayRepeatSeconds * 1000;
    readonly int _delayMilliseconds = options.Value.RelayDelaySeconds * 1000;

    /// <summary>Entries whose time has come by the clock of Redis, the longest overdue first; none while the stock is rebuilt.</summary>
    public async Task<IReadOnlyList<Guid>> DueAsync(long activityId, int count, CancellationToken cancellationToken)
    {
        var keys = new StockKeys(activityId);
        var due = (RedisValue[]?)await _scripts.RunAsync(StockScripts.Due, [keys.Meta, keys.Pending], [count], cancellationToken)
            .ConfigureAwait(false);
        return due!.Select(x => Guid.Parse((string)x!)).ToList();
    }

    /// <summary>
    /// These entries: orders that are undecided, and committed ones for which Redis took units anew. What is no entry (any more) is taken off the list of
    /// those that are due.
    /// </summary>
    public async Task<IReadOnlyList<OrderEntry>> ReadAsync(long activityId, IReadOnlyList<Guid> orderIds, CancellationToken cancellationToken)
    {
        var keys = new StockKeys(activityId);
        var database = await connections.Stock.DatabaseAsync().ConfigureAwait(false);
        var records = await Task.WhenAll(orderIds.Select(x => database.HashGetAllAsync(keys.Order(x)))).WaitAsync(_timeout, cancellationToken)
            .ConfigureAwait(false);
        var entries = new List<OrderEntry>(orderIds.Count);
        var strays = new List<(Guid OrderId, long? Epoch)>();
        foreach (var (orderId, record) in orderIds.Zip(records))
        {
            var entry = OrderEntry.From(activityId, orderId, record);
            if (entry is { State: not OrderEntryState.Released })
            {
                entries.Add(entry);
                continue;
            }

            strays.Add((orderId, null));
            if (entry is null)
                logger.LogWarning("Write-ahead entry {OrderId} of activity {ActivityId} has no record and was dropped", orderId, activityId);
        }

        await TakeOffAsync(activityId, strays, cancellationToken).ConfigureAwait(false);
        return entries;
    }

    /// <summary>Takes committed entries that stand in MySQL off the list, unless their units were taken once more since they were read.</summary>
    public Task SettleAsync(long activityId, IEnumerable<OrderEntry> committed, CancellationToken cancellationToken)
        => TakeOffAsync(activityId, [.. committed.Select(x => (x.Order.OrderId, (long?)x.Epoch))], cancellationToken);

    /// <summary>Leaves entries alone that others look after.</summary>
    public Task LeaveAsync(long activityId, IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken)
        => PutOffAsync(activityId, orderIds, _repeatMilliseconds, cancellationToken);

    /// <summary>
    /// Leaves entries alone until they are to be published once more, should nobody have decided them by then. That is after half as long as the oldest of them has waited, within bounds:
    /// in a backlog that is longer than the time between two repeats each order would get a copy in every one, and those would keep the workers from what waits.
    /// </summary>
    /// <param name="activityId">The activity.</param>
    /// <param name="orderIds">The orders.</param>
    /// <param name="oldestAge">How long ago the oldest of them was admitted.</param>
    /// <param name="cancellationToken">Ends the waiting for the answer.</param>
    public Task MarkPublishedAsync(long activityId, IReadOnlyCollection<Guid> orderIds, TimeSpan oldestAge, CancellationToken cancellationToken)
        => PutOffAsync(activityId, orderIds, (int)Math.Clamp(oldestAge.TotalMilliseconds / 2, _repeatMilliseconds, (double)_repeatMilliseconds * MostRepeats), cancellationToken);

    /// <summary>Leaves entries alone for a moment that could not be published.</summary>
    public Task PutOffAsync(long activityId, IReadOnlyCollection<Guid> orderIds, CancellationToken cancellationToken)
        => PutOffAsync(activityId, orderIds, _delayMilliseconds, cancellationToken);

    Task<RedisResult> PutOffAsync(long activityId, IReadOnlyCollection<Guid> orderIds, int milliseconds, CancellationToken cancellationToken)
        => _scripts.RunAsync(StockScripts.MarkPublished, [new StockKeys(activityId).Pending],
            [milliseconds, .. orderIds.Select(x => (RedisValue)x.ToString("D"))], cancellationToken);

    async Task TakeOffAsync(long activityId, List<(Guid OrderId, long? Epoch)> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return;

        var keys = new StockKeys(activityId);
        await _scripts.RunAsync(StockScripts.Settle, [keys.Meta, keys.Pending, .. entries.Select(x => keys.Order(x.OrderId))],
            [.. entries.SelectMany(x => (RedisValue[])[x.OrderId.ToString("D"), x.Epoch ?? RedisValue.EmptyString])], cancellationToken)
            .ConfigureAwait(false);
    }
}
