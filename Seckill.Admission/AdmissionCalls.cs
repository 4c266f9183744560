using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;

using StackExchange.Redis;

namespace Seckill.Admission;

/// <summary>What admission asks of Redis, for many requests of an activity at once.</summary>
sealed class AdmissionCalls
{
    const int ReadsPerCall = 500;

    readonly RedisConnections _connections;
    readonly AdmissionOptions _options;
    readonly GroupedScript<long> _admissions;
    readonly GroupedCalls<(long ActivityId, long SkuId), AdmissionRequest, bool> _lateReads;

    public AdmissionCalls(RedisConnections connections, StockScripts scripts, IOptions<AdmissionOptions> options, TimeProvider time)
    {
        _connections = connections;
        _options = options.Value;
        _admissions = scripts.Grouped(StockScripts.Admit, [_options.RelayDelaySeconds * 1000, _options.IdempotencyKeyHours * 3600, _options.UndecidedOrders], time);
        _lateReads = new(ReadAsync, ReadsPerCall, _options.RedisTimeout, time);
    }

    /// <summary>The answer of <c>admit.lua</c>.</summary>
    /// <inheritdoc cref="GroupedScript{TGroup}.AskAsync" path="/exception"/>
    public async Task<StockAnswer> AdmitAsync(Guid orderId, AdmissionRequest request)
    {
        return StockAnswer.From(await _admissions.AskAsync(request.ActivityId,
            new StockKeys(request.ActivityId).ForOrder(orderId, request.BuyerId, request.IdempotencyKey),
            [orderId.ToString("D"), request.SkuId, request.BuyerId, request.Quantity, request.UnitPriceCents, request.IdempotencyKey ?? ""]).ConfigureAwait(false));
    }

    /// <summary>
    /// Whether nothing is left and the buyer has no order, by plain reads that cost Redis a tenth of the script. Anything else, a repeat
    /// above all, is the script's to answer.
    /// </summary>
    /// <exception cref="RedisException">Redis did not answer.</exception>
    /// <exception cref="TimeoutException">Redis did not answer in time.</exception>
    public Task<bool> IsLateAsync(AdmissionRequest request) => _lateReads.AskAsync((request.ActivityId, request.SkuId), request);

    /// <summary>The reads are sent in this order, so a buyer who took the last unit in between is seen.</summary>
    async Task<IReadOnlyList<bool>> ReadAsync((long ActivityId, long SkuId) of, IReadOnlyList<AdmissionRequest> requests)
    {
        var database = await _connections.Stock.DatabaseAsync().ConfigureAwait(false);
        var keys = new StockKeys(of.ActivityId);
        var keyed = requests.Where(x => !string.IsNullOrEmpty(x.IdempotencyKey)).ToList();
        var available = database.HashGetAsync(keys.Stock, StockKeys.Available(of.SkuId));
        var held = database.HashGetAsync(keys.Buyers, [.. requests.Select(x => (RedisValue)x.BuyerId)]);
        var first = keyed.Count == 0
            ? Task.FromResult<RedisValue[]>([])
            : database.StringGetAsync([.. keyed.Select(x => keys.Idempotency(x.BuyerId, x.IdempotencyKey!))]);
        await Task.WhenAll(available, held, first).WaitAsync(_options.RedisTimeout).ConfigureAwait(false);

        if (await available.ConfigureAwait(false) is not { IsNull: false } left || (long)left > 0)
            return new bool[requests.Count];

        var answered = keyed.Zip(await first.ConfigureAwait(false)).Where(x => !x.Second.IsNull).Select(x => x.First).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. requests.Zip(await held.ConfigureAwait(false), (request, holding) => holding.IsNull && !answered.Contains(request))];
    }
}
