using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Faults;

using StackExchange.Redis;

namespace Seckill.Admission;

/// <summary>Admits orders to the stock in Redis, and reads what it holds. This is all of Redis that the HTTP API needs.</summary>
public sealed class StockAdmission
{
    const double BackoffFactor = 1.5;

    readonly RedisConnections _connections;
    readonly AdmissionOptions _options;
    readonly SoldOutCache _soldOut;
    readonly TimeProvider _time;
    readonly AdmissionCalls _calls;
    readonly PublishedMarks _marks;
    readonly FaultPoints _faults;

    /// <summary>Makes it; there is one in a process.</summary>
    public StockAdmission(RedisConnections connections, IOptions<AdmissionOptions> options, SoldOutCache soldOut, FaultPoints faults, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _connections = connections;
        _options = options.Value;
        _soldOut = soldOut;
        _faults = faults;
        _time = time;
        var scripts = new StockScripts(connections, options);
        _calls = new AdmissionCalls(connections, scripts, options, time);
        _marks = new PublishedMarks(scripts, options, time);
    }

    /// <summary>Admits a new order, or says why not. A repeat of an earlier request gets the order of then.</summary>
    /// <exception cref="RedisException">Redis did not answer, nor on further attempts. Should the order have been admitted, the relay
    /// publishes it, and the buyer's repeat finds it.</exception>
    /// <exception cref="TimeoutException">As for <see cref="RedisException"/>.</exception>
    /// <exception cref="RedisScriptException">Redis could not admit this order, in its own words.</exception>
    public async Task<AdmissionResult> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(request.BuyerId);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Quantity, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(request.UnitPriceCents);

        Guid? orderId = null;
        var pause = TimeSpan.FromMilliseconds(_options.AdmitBackoffMilliseconds);
        for (var attempt = 1; ; attempt++, pause *= BackoffFactor)
        {
            try
            {
                if (_soldOut.IsSoldOut(request.ActivityId, request.SkuId) && await _calls.IsLateAsync(request).ConfigureAwait(false))
                    return Refused(AdmissionOutcome.SoldOut);
                orderId ??= OrderIds.New(_time.GetUtcNow());
                return await AdmitAsync(orderId.Value, request).ConfigureAwait(false);
            }
            catch (Exception exception) when (attempt < _options.AdmitAttempts && RedisFaults.IsTransient(exception))
            {
                // The order id stays, so an attempt that did get through is recognised.
                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Notes that orders reached Kafka, so that the relay leaves them alone for a while. Calls that come together travel together. Nothing
    /// depends on it: without it the relay publishes them once more.
    /// </summary>
    /// <exception cref="RedisException">Redis did not answer.</exception>
    /// <exception cref="TimeoutException">Redis did not answer in time.</exception>
    public Task MarkPublishedAsync(long activityId, IReadOnlyCollection<Guid> orderIds) => _marks.AddAsync(activityId, orderIds);

    /// <summary>The activity's stock now; null when it is not in Redis.</summary>
    public async Task<ActivityStock?> ReadStockAsync(long activityId, CancellationToken cancellationToken = default)
    {
        var database = await _connections.Stock.DatabaseAsync().ConfigureAwait(false);
        var keys = new StockKeys(activityId);
        var meta = database.HashGetAsync(keys.Meta, ["phase", "epoch"]);
        var counts = database.HashGetAllAsync(keys.Stock);
        await Task.WhenAll(meta, counts).WaitAsync(_options.RedisTimeout, cancellationToken).ConfigureAwait(false);
        var (phase, epoch) = ((await meta.ConfigureAwait(false))[0], (await meta.ConfigureAwait(false))[1]);
        if (phase.IsNull)
            return null;

        return new ActivityStock
        {
            ActivityId = activityId,
            Open = phase == "open",
            Epoch = (long)epoch,
            Skus = SkuStocks(await counts.ConfigureAwait(false)),
        };
    }

    /// <summary>What Redis knows of an order; null when nothing.</summary>
    public async Task<OrderEntry?> FindEntryAsync(long activityId, Guid orderId, CancellationToken cancellationToken = default)
        => await FindEntryAsync(orderId, [activityId], cancellationToken).ConfigureAwait(false);

    /// <summary>What Redis knows of an order whose activity is one of these; null when nothing. All are asked at once.</summary>
    public async Task<OrderEntry?> FindEntryAsync(Guid orderId, IEnumerable<long> activeActivityIds, CancellationToken cancellationToken = default)
    {
        var database = await _connections.Stock.DatabaseAsync().ConfigureAwait(false);
        var found = await Task.WhenAll(activeActivityIds.Select(async id =>
                OrderEntry.From(id, orderId, await database.HashGetAllAsync(new StockKeys(id).Order(orderId)).ConfigureAwait(false))))
            .WaitAsync(_options.RedisTimeout, cancellationToken).ConfigureAwait(false);
        return found.FirstOrDefault(x => x is not null);
    }

    async Task<AdmissionResult> AdmitAsync(Guid orderId, AdmissionRequest request)
    {
        await _faults.PassAsync(KnownPoints.BeforeAdmit, orderId, request.BuyerId).ConfigureAwait(false);
        var answer = await _calls.AdmitAsync(orderId, request).ConfigureAwait(false);
        switch (answer.Code)
        {
            case "admitted":
                await _faults.PassAsync(KnownPoints.AfterAdmit, orderId, request.BuyerId).ConfigureAwait(false);
                return Admitted(orderId, request, answer);
            case "repeated":
                // An earlier attempt of this very call had got through.
                var first = Guid.Parse((string)answer[1]!);
                return first == orderId ? Admitted(orderId, request, answer) : Refused(AdmissionOutcome.Repeated, first);
            case "sold_out":
                if ((long)answer[2] <= 0)
                    _soldOut.Mark(request.ActivityId, request.SkuId);
                return Refused(AdmissionOutcome.SoldOut);
            case "already_ordered":
                return Refused(AdmissionOutcome.AlreadyOrdered, Guid.TryParse((string?)answer[1], out var latest) ? latest : null);
            case "key_reused":
                return Refused(AdmissionOutcome.KeyReused, Guid.Parse((string)answer[1]!));
            case "not_open":
                return Refused(AdmissionOutcome.NotOpen);
            case "unknown_sku":
                return Refused(AdmissionOutcome.UnknownSku);
            case "busy":
                return Refused(AdmissionOutcome.Busy);
            case "not_ready":
                return Refused(AdmissionOutcome.NotReady);
            default:
                throw new InvalidOperationException($"The stock Redis answered with the unknown code '{answer.Code}'");
        }
    }

    static AdmissionResult Refused(AdmissionOutcome outcome, Guid? orderId = null) => new() { Outcome = outcome, OrderId = orderId };

    static AdmissionResult Admitted(Guid orderId, AdmissionRequest request, StockAnswer answer) => new()
    {
        Outcome = AdmissionOutcome.Admitted,
        OrderId = orderId,
        Requested = new SeckillRequested
        {
            OrderId = orderId,
            ActivityId = request.ActivityId,
            SkuId = request.SkuId,
            BuyerId = request.BuyerId,
            Quantity = request.Quantity,
            UnitPriceCents = request.UnitPriceCents,
            AdmittedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)answer[3]),
            PaymentWindowSeconds = (int)answer[4],
            IdempotencyKey = request.IdempotencyKey,
        },
    };

    static Dictionary<long, SkuStock> SkuStocks(HashEntry[] counts)
    {
        var fields = counts.ToDictionary(x => (string)x.Name!, x => (long)x.Value);
        return fields.Keys.Where(x => x.EndsWith(":total", StringComparison.Ordinal))
            .Select(x => x[..^":total".Length])
            .ToDictionary(long.Parse, sku => new SkuStock(
                fields[sku + ":total"], fields[sku + ":available"], fields[sku + ":reserved"], fields[sku + ":sold"]));
    }
}
