using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Faults;
using Seckill.TestSupport;

using StackExchange.Redis;

namespace Seckill.Admission.Tests;

/// <summary>An activity in a real Redis, and everything that works on it.</summary>
sealed class StockHarness : IAsyncDisposable, IStockChangePublisher
{
    public const long Sku = 7;
    public const long Price = 9_900;

    readonly StockScripts _scripts;
    readonly List<StockChanged> _changes = [];

    public StockHarness(RedisServer server, AdmissionOptions? options = null, long? activityId = null, FaultPoints? faults = null)
    {
        Faults = faults ?? FaultPoints.None;
        ActivityId = activityId ?? StockRedis.NewActivity();
        AdmissionOptions = Options.Create(options ?? new AdmissionOptions());
        Connections = Connect(server);
        Keys = new StockKeys(ActivityId);
        Demand = new StockDemand();
        SoldOut = new SoldOutCache(AdmissionOptions, TimeProvider.System);
        News = new StockChangeNews([this], TimeProvider.System, NullLogger<StockChangeNews>.Instance);
        Admission = new StockAdmission(Connections, AdmissionOptions, SoldOut, Faults, TimeProvider.System);
        Participant = new StockFaults(new RedisStockParticipant(Connections, AdmissionOptions, Demand, News, TimeProvider.System), Faults);
        _scripts = new StockScripts(Connections, AdmissionOptions);
    }

    public long ActivityId { get; }
    public FaultPoints Faults { get; }
    public IOptions<AdmissionOptions> AdmissionOptions { get; }
    public RedisConnections Connections { get; }
    public StockKeys Keys { get; }
    public StockDemand Demand { get; }
    public StockChangeNews News { get; }
    public SoldOutCache SoldOut { get; }
    public StockAdmission Admission { get; }
    public IStockParticipant Participant { get; }

    public IReadOnlyList<StockChanged> Changes
    {
        get
        {
            lock (_changes)
                return [.. _changes];
        }
    }

    public static RedisConnections Connect(RedisServer stock, IEnumerable<RedisServer>? locks = null) => new(Options.Create(new RedisOptions
    {
        Stock = new RedisEndpoint { Port = stock.Port },
        Cache = new RedisEndpoint { Port = stock.Port },
        Locks = (locks ?? []).Select(x => new RedisEndpoint { Port = x.Port }).ToList(),
    }), TimeProvider.System, NullLogger<RedisConnection>.Instance);

    public ValueTask<IDatabase> DatabaseAsync() => Connections.Stock.DatabaseAsync();

    /// <summary>Opens the activity with this many units, the way a rebuild without orders does.</summary>
    public async Task OpenAsync(int total, int limit = 1, DateTimeOffset? opensAt = null, DateTimeOffset? closesAt = null, long epoch = 1)
    {
        await BeginAsync(epoch, total);
        await FinishAsync(epoch, limit, opensAt, closesAt);
    }

    public async Task<string> BeginAsync(long epoch, int total)
        => (await _scripts.AskAsync(StockScripts.RebuildBegin, [Keys.Meta, Keys.RebuiltStock, Keys.RebuiltBuyers], [epoch, Sku, total], default)).Code;

    public async Task<string> FinishAsync(long epoch, int limit = 1, DateTimeOffset? opensAt = null, DateTimeOffset? closesAt = null)
        => (await _scripts.AskAsync(StockScripts.RebuildFinish,
            [Keys.Meta, Keys.RebuiltStock, Keys.RebuiltBuyers, Keys.Stock, Keys.Buyers],
            [
                epoch, (opensAt ?? DateTimeOffset.UtcNow.AddHours(-1)).ToUnixTimeMilliseconds(),
                (closesAt ?? DateTimeOffset.UtcNow.AddHours(1)).ToUnixTimeMilliseconds(), limit, 900,
                await Connections.Stock.RunIdAsync(), Sku,
            ], default)).Code;

    public async Task<string> LoadAsync(long epoch, string state, StockReservation order)
        => (await _scripts.AskAsync(StockScripts.RebuildLoad,
            [Keys.Meta, Keys.RebuiltStock, Keys.RebuiltBuyers, Keys.Pending, .. Keys.ForOrder(order.OrderId, order.BuyerId, order.IdempotencyKey)],
            [
                epoch, 5000, 604_800, 172_800, 86_400, order.OrderId.ToString("D"), state, order.SkuId, order.BuyerId, order.Quantity,
                order.UnitPriceCents, order.AdmittedAt.ToUnixTimeMilliseconds(), order.PaymentWindowSeconds, order.IdempotencyKey ?? "",
            ], default)).Code;

    public async Task<string> AdoptAsync(long epoch, Guid orderId, bool ended)
        => (await _scripts.AskAsync(StockScripts.RebuildAdopt,
            [Keys.Meta, Keys.RebuiltStock, Keys.RebuiltBuyers, Keys.Pending, Keys.Order(orderId)],
            [epoch, 172_800, orderId.ToString("D"), ended ? 1 : 0], default)).Code;

    public Task<AdmissionResult> AdmitAsync(string buyer, int quantity = 1, string? key = null, long sku = Sku)
        => Admission.AdmitAsync(Request(buyer, quantity, key, sku));

    public AdmissionRequest Request(string buyer, int quantity = 1, string? key = null, long sku = Sku) => new()
    {
        ActivityId = ActivityId,
        SkuId = sku,
        BuyerId = buyer,
        Quantity = quantity,
        UnitPriceCents = Price,
        IdempotencyKey = key,
    };

    /// <summary>What admission asks of Redis, without what it makes of the answers.</summary>
    public AdmissionCalls Calls() => new(Connections, _scripts, AdmissionOptions, TimeProvider.System);

    /// <summary>Admits an order that is expected to be admitted.</summary>
    public async Task<StockReservation> AdmittedAsync(string buyer, int quantity = 1, string? key = null)
    {
        var result = await AdmitAsync(buyer, quantity, key);
        result.Outcome.ShouldBe(AdmissionOutcome.Admitted);
        return StockReservation.Of(result.Requested!);
    }

    /// <summary>An order that Redis has never heard of.</summary>
    public StockReservation Unknown(string buyer, int quantity = 1, string? key = null)
        => new(OrderIds.New(DateTimeOffset.UtcNow), ActivityId, Sku, buyer, quantity, Price, DateTimeOffset.UtcNow, 900, key);

    public async Task<SkuStock> StockAsync() => (await Admission.ReadStockAsync(ActivityId))!.Skus[Sku];

    public async Task ShouldHaveAsync(long available, long reserved, long sold)
    {
        var stock = await StockAsync();
        stock.ShouldBe(stock with { Available = available, Reserved = reserved, Sold = sold });
        stock.Total.ShouldBe(available + reserved + sold);
    }

    public async Task<long> PendingAsync() => await (await DatabaseAsync()).SortedSetLengthAsync(Keys.Pending);

    public async Task<string?> HeldAsync(string buyer) => await (await DatabaseAsync()).HashGetAsync(Keys.Buyers, buyer);

    public async Task<OrderEntryState?> StateAsync(Guid orderId) => (await Admission.FindEntryAsync(ActivityId, orderId))?.State;

    Task IStockChangePublisher.PublishAsync(StockChanged change, CancellationToken cancellationToken)
    {
        lock (_changes)
            _changes.Add(change);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => Connections.DisposeAsync();
}
