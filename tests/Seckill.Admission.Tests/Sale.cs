using Dapper;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Admission.Locking;
using Seckill.Admission.Rebuild;
using Seckill.Admission.Relay;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger.Catalog;
using Seckill.Ledger.Compensation;
using Seckill.Ledger.Orders;
using Seckill.TestSupport;

namespace Seckill.Admission.Tests;

/// <summary>An activity that is in MySQL as well as in Redis, with the keeper and the relay that look after it.</summary>
sealed class Sale : IAsyncDisposable
{
    readonly LedgerDatabase _ledger;

    Sale(LedgerDatabase ledger, StockHarness stock)
    {
        _ledger = ledger;
        Stock = stock;
        var catalog = new ActivityCatalog(ledger.Database);
        Watch = new StockWatch(catalog, stock.Connections, stock.AdmissionOptions, TimeProvider.System);
        // On a busy machine a lock that can't be had in the usual fraction of a second would count as taken.
        var patient = Options.Create(new AdmissionOptions { LockMasterTimeoutMilliseconds = 5000 });
        Locks = new LockFaults(new RedLock(stock.Connections, patient, TimeProvider.System, NullLogger<RedLock>.Instance), stock.Faults);
        var expiry = new StockExpiry(stock.Connections, stock.AdmissionOptions, TimeProvider.System);
        Expiry = new StockExpiryLoop(expiry, catalog, stock.AdmissionOptions, TimeProvider.System, NullLogger<StockExpiryLoop>.Instance);
        WarmUp = new StockRebuild(ledger.Database, catalog, stock.Connections, expiry, Locks, stock.AdmissionOptions, stock.News, stock.Faults, TimeProvider.System,
            NullLogger<StockRebuild>.Instance);
        Keeper = NewKeeper(WarmUp);
        Relay = NewRelay();
    }

    public StockHarness Stock { get; }
    public StockWatch Watch { get; }
    public IDistributedLock Locks { get; }
    public IStockWarmUp WarmUp { get; }
    public StockKeeper Keeper { get; }
    public StockExpiryLoop Expiry { get; }
    public WriteAheadRelay Relay { get; }
    public FakeKafka Kafka { get; } = new();

    public static async Task<Sale> CreateAsync(
        LedgerDatabase ledger, int total, int limit = 1, DateTimeOffset? opensAt = null, DateTimeOffset? closesAt = null,
        RedisServer? redis = null, AdmissionOptions? options = null, FaultPoints? faults = null)
    {
        var sale = new Sale(ledger, new StockHarness(redis ?? ledger.Redis, options, faults: faults));
        await new ActivityCatalog(ledger.Database).AddAsync(new Activity
        {
            ActivityId = sale.Stock.ActivityId,
            Name = "test",
            OpensAt = opensAt ?? DateTimeOffset.UtcNow.AddHours(-1),
            ClosesAt = closesAt ?? DateTimeOffset.UtcNow.AddHours(1),
            PerBuyerLimit = limit,
            PaymentWindowSeconds = 900,
            Skus = [new ActivitySku { SkuId = StockHarness.Sku, Name = "thing", UnitPriceCents = StockHarness.Price, Total = total }],
        }, DateTimeOffset.UtcNow);
        return sale;
    }

    public WriteAheadRelay NewRelay() => new(
        Entries, new LedgerEntries(new OrderReader(_ledger.Database), Stock.Participant, Entries), Compensation, Watch, Kafka, Locks, Stock.Faults, Stock.AdmissionOptions,
        TimeProvider.System, NullLogger<WriteAheadRelay>.Instance);

    public WriteAheadEntries Entries => new(Stock.Connections, Stock.AdmissionOptions, NullLogger<WriteAheadEntries>.Instance);

    public CompensationStore Compensation => new(_ledger.Database);

    public StockKeeper NewKeeper(IStockWarmUp warmUp) => new(
        warmUp, Watch, Stock.Demand, Stock.Connections, Stock.AdmissionOptions, TimeProvider.System, NullLogger<StockKeeper>.Instance);

    public Task<WarmUpOutcome> WarmUpAsync() => WarmUp.WarmUpAsync(Stock.ActivityId);

    public async Task<long> EpochAsync()
    {
        await using var connection = await _ledger.Database.OpenAsync();
        return await connection.ExecuteScalarAsync<long>("SELECT stock_epoch FROM activities WHERE activity_id = @id", new { id = Stock.ActivityId });
    }

    /// <summary>Moves the end of the activity, as an operator does.</summary>
    public async Task CloseAtAsync(DateTimeOffset closesAt)
    {
        await using var connection = await _ledger.Database.OpenAsync();
        await connection.ExecuteAsync(
            "UPDATE activities SET closes_at = @closesAt WHERE activity_id = @id", new { closesAt = closesAt.UtcDateTime, id = Stock.ActivityId });
    }

    /// <summary>Writes the order's row, as the transaction does.</summary>
    public async Task PutAsync(StockReservation order, string status)
    {
        await using var connection = await _ledger.Database.OpenAsync();
        await connection.ExecuteAsync("""
            INSERT INTO orders (order_id, activity_id, sku_id, buyer_id, quantity, amount_cents, status, idempotency_key, created_at)
            VALUES (@id, @ActivityId, @SkuId, @BuyerId, @Quantity, @amount, @status, @IdempotencyKey, @at)
            ON DUPLICATE KEY UPDATE status = @status
            """,
            new
            {
                id = order.OrderId.ToString("D"),
                order.ActivityId,
                order.SkuId,
                order.BuyerId,
                order.Quantity,
                amount = order.Quantity * order.UnitPriceCents,
                status,
                order.IdempotencyKey,
                at = order.AdmittedAt.UtcDateTime,
            });
    }

    /// <summary>Takes the order's units and writes its row as pending; false when MySQL has no units left.</summary>
    public async Task<bool> TakeAsync(StockReservation order)
    {
        await using (var connection = await _ledger.Database.OpenAsync())
        {
            var taken = await connection.ExecuteAsync("""
                UPDATE stock SET taken = taken + @Quantity WHERE activity_id = @ActivityId AND sku_id = @SkuId AND taken + @Quantity <= total
                """, order);
            if (taken == 0)
                return false;
        }

        await PutAsync(order, OrderStatus.Pending);
        return true;
    }

    /// <summary>Gives the order's units back and ends its row.</summary>
    public async Task GiveBackAsync(StockReservation order, string status)
    {
        await PutAsync(order, status);
        await using var connection = await _ledger.Database.OpenAsync();
        await connection.ExecuteAsync("UPDATE stock SET taken = taken - @Quantity WHERE activity_id = @ActivityId AND sku_id = @SkuId", order);
    }

    /// <summary>The status in the order's row; null when there is none.</summary>
    public async Task<string?> StatusAsync(Guid orderId)
    {
        await using var connection = await _ledger.Database.OpenAsync();
        return await connection.ExecuteScalarAsync<string?>("SELECT status FROM orders WHERE order_id = @id", new { id = orderId.ToString("D") });
    }

    /// <summary>Units by status of their orders.</summary>
    public async Task<IReadOnlyDictionary<string, long>> UnitsAsync()
    {
        await using var connection = await _ledger.Database.OpenAsync();
        var rows = await connection.QueryAsync<(string Status, decimal Units)>(
            "SELECT status, SUM(quantity) FROM orders WHERE activity_id = @id GROUP BY status", new { id = Stock.ActivityId });
        return rows.ToDictionary(x => x.Status, x => (long)x.Units);
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = await _ledger.Database.OpenAsync())
            await connection.ExecuteAsync("DELETE FROM activities WHERE activity_id = @id", new { id = Stock.ActivityId });
        Keeper.Dispose();
        Expiry.Dispose();
        Relay.Dispose();
        await Stock.DisposeAsync();
    }
}

/// <summary>Takes what the relay publishes, or doesn't.</summary>
sealed class FakeKafka : ISeckillRequestedPublisher
{
    readonly List<SeckillRequested> _published = [];

    /// <summary>Asked before each message; it may throw or wait.</summary>
    public Func<SeckillRequested, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public IReadOnlyList<SeckillRequested> Published
    {
        get
        {
            lock (_published)
                return [.. _published];
        }
    }

    public async Task PublishAsync(SeckillRequested order, CancellationToken cancellationToken = default)
    {
        await Before(order, cancellationToken);
        lock (_published)
            _published.Add(order);
    }
}
