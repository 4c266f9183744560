using Seckill.Admission.Stock;
using Seckill.Ledger.Catalog;

using StackExchange.Redis;

namespace Seckill.Admission.Rebuild;

/// <summary>The four scripts of one rebuild. Each answers false when the epoch is stale: another rebuild has begun.</summary>
sealed class RebuildScripts(StockScripts scripts, AdmissionOptions options, Activity activity, long epoch)
{
    readonly StockKeys _keys = new(activity.ActivityId);
    readonly int _tombstoneSeconds = options.TombstoneHours * 3600;

    public Activity Activity => activity;

    public long Epoch => epoch;

    public Task<bool> BeginAsync(CancellationToken cancellationToken) => RunAsync(StockScripts.RebuildBegin,
        [_keys.Meta, _keys.RebuiltStock, _keys.RebuiltBuyers],
        [epoch, .. activity.Skus.SelectMany(x => new RedisValue[] { x.SkuId, x.Total })],
        cancellationToken);

    public Task<bool> LoadAsync(IReadOnlyList<SnapshotOrder> orders, CancellationToken cancellationToken)
    {
        var keys = new List<RedisKey> { _keys.Meta, _keys.RebuiltStock, _keys.RebuiltBuyers, _keys.Pending };
        var arguments = new List<RedisValue>
        {
            epoch, options.RelayDelaySeconds * 1000, options.CommittedRecordDays * 86_400, _tombstoneSeconds, options.IdempotencyKeyHours * 3600,
        };
        foreach (var order in orders)
        {
            keys.AddRange(_keys.ForOrder(order.OrderId, order.BuyerId, order.IdempotencyKey));
            arguments.AddRange(
            [
                order.OrderId.ToString("D"), order.RecordState, order.SkuId, order.BuyerId, order.Quantity, order.UnitPriceCents,
                order.CreatedAtMilliseconds, order.PaymentWindowSeconds, order.IdempotencyKey ?? "",
            ]);
        }

        return RunAsync(StockScripts.RebuildLoad, [.. keys], [.. arguments], cancellationToken);
    }

    /// <summary>All write-ahead entries in one answer: pages could miss one, since the relay moves entries about meanwhile.</summary>
    public async Task<IReadOnlyList<Guid>> PendingAsync(CancellationToken cancellationToken)
    {
        var database = await scripts.DatabaseAsync().ConfigureAwait(false);
        var members = await database.SortedSetRangeByRankAsync(_keys.Pending).WaitAsync(options.RedisTimeout, cancellationToken)
            .ConfigureAwait(false);
        return members.Select(x => Guid.Parse((string)x!)).ToList();
    }

    public Task<bool> AdoptAsync(IReadOnlyList<Guid> orderIds, IReadOnlySet<Guid> ended, CancellationToken cancellationToken) => RunAsync(
        StockScripts.RebuildAdopt,
        [_keys.Meta, _keys.RebuiltStock, _keys.RebuiltBuyers, _keys.Pending, .. orderIds.Select(_keys.Order)],
        [epoch, _tombstoneSeconds, .. orderIds.SelectMany(x => new RedisValue[] { x.ToString("D"), ended.Contains(x) ? 1 : 0 })],
        cancellationToken);

    public Task<bool> FinishAsync(string runId, CancellationToken cancellationToken) => RunAsync(StockScripts.RebuildFinish,
        [_keys.Meta, _keys.RebuiltStock, _keys.RebuiltBuyers, _keys.Stock, _keys.Buyers],
        [
            epoch, activity.OpensAt.ToUnixTimeMilliseconds(), activity.ClosesAt.ToUnixTimeMilliseconds(), activity.PerBuyerLimit,
            activity.PaymentWindowSeconds, runId, .. activity.Skus.Select(x => (RedisValue)x.SkuId),
        ],
        cancellationToken);

    async Task<bool> RunAsync(Redis.RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellationToken)
        => (await scripts.AskAsync(script, keys, arguments, cancellationToken).ConfigureAwait(false)).Code switch
        {
            "ok" => true,
            "stale_epoch" => false,
            var code => throw new InvalidOperationException($"The stock Redis answered with the unknown code '{code}'"),
        };
}
