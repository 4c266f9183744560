using Dapper;

using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Ledger;
using Seckill.Ledger.Catalog;

using StackExchange.Redis;

namespace Seckill.System.Tests.Audit;

/// <summary>An order that a test writes into the books.</summary>
public sealed record BookedOrder(Guid OrderId, long ActivityId, long SkuId, string BuyerId, int Quantity, DateTime CreatedAt, string? Key = null);

/// <summary>
/// Writes orders into both stores, step by step and in the order in which the system does it, each step atomic in its store. Tests plant
/// damage by leaving steps out, or by commands of their own.
/// </summary>
public sealed class Books(MySqlDatabase database, IDatabase redis)
{
    static long _lastActivityId = 1000;

    public IDatabase Redis => redis;

    public async Task<long> OpenActivityAsync(int total = 100, int limit = 1, bool warm = true)
    {
        var activityId = Interlocked.Increment(ref _lastActivityId);
        var now = DateTimeOffset.UtcNow;
        await new ActivityCatalog(database).AddAsync(new Activity
        {
            ActivityId = activityId,
            Name = "test",
            OpensAt = now.AddHours(-1),
            ClosesAt = now.AddHours(1),
            PerBuyerLimit = limit,
            PaymentWindowSeconds = 900,
            Skus = [new ActivitySku { SkuId = 1, Name = "one", UnitPriceCents = 100, Total = total }],
        }, now);
        if (!warm)
            return activityId;

        var keys = new StockKeys(activityId);
        await redis.HashSetAsync(keys.Meta, [new("epoch", 1), new("phase", "open"), new("limit", limit)]);
        await redis.HashSetAsync(keys.Stock, [new("1:total", total), new("1:available", total), new("1:reserved", 0), new("1:sold", 0)]);
        return activityId;
    }

    public static BookedOrder NewOrder(long activityId, string? buyerId = null, int quantity = 1, TimeSpan age = default)
    {
        var createdAt = DateTime.UtcNow - age;
        var orderId = OrderIds.New(createdAt);
        return new BookedOrder(orderId, activityId, 1, buyerId ?? "buyer-" + orderId.ToString("N"), quantity, createdAt);
    }

    public async Task<BookedOrder> ConfirmedAsync(long activityId, string? buyerId = null, int quantity = 1, TimeSpan age = default)
    {
        var order = NewOrder(activityId, buyerId, quantity, age);
        await AdmitAsync(order);
        await PrepareAsync(order);
        await CommitAsync(order);
        return order;
    }

    public async Task PrepareAsync(BookedOrder order)
    {
        await PrepareRedisAsync(order);
        await PrepareMySqlAsync(order);
    }

    public async Task CommitAsync(BookedOrder order)
    {
        await CommitRedisAsync(order);
        await MoveAsync(order, "Committed", OrderStatus.Confirmed);
    }

    public async Task CancelAsync(BookedOrder order)
    {
        await MoveAsync(order, "Cancelling", OrderStatus.Cancelled, giveBack: true);
        await ReleaseRedisAsync(order, "sold");
        await MoveAsync(order, "Cancelled", OrderStatus.Cancelled);
    }

    public async Task RollBackAsync(BookedOrder order)
    {
        await MoveAsync(order, "RollingBack", OrderStatus.Failed, giveBack: true);
        await ReleaseRedisAsync(order, "reserved");
        await MoveAsync(order, "RolledBack", OrderStatus.Failed);
    }

    public async Task AdmitAsync(BookedOrder order)
    {
        var keys = new StockKeys(order.ActivityId);
        var step = redis.CreateTransaction();
        var calls = new List<Task>
        {
            step.HashDecrementAsync(keys.Stock, order.SkuId + ":available", order.Quantity),
            step.HashIncrementAsync(keys.Stock, order.SkuId + ":reserved", order.Quantity),
            step.HashSetAsync(keys.Order(order.OrderId),
            [
                new("state", "a"), new("sku", order.SkuId), new("buyer", order.BuyerId), new("qty", order.Quantity), new("epoch", 1),
                new("at", new DateTimeOffset(order.CreatedAt).ToUnixTimeMilliseconds()),
            ]),
            step.SortedSetAddAsync(keys.Pending, order.OrderId.ToString("D"), 0),
            AddUnits(step, order, 1),
        };
        await step.ExecuteAsync();
        await Task.WhenAll(calls);
    }

    public Task PrepareRedisAsync(BookedOrder order) => redis.HashSetAsync(new StockKeys(order.ActivityId).Order(order.OrderId), "state", "p");

    public Task CommitRedisAsync(BookedOrder order) => DecideAsync(order, "reserved", "sold", "c");

    public Task ReleaseRedisAsync(BookedOrder order, string from) => DecideAsync(order, from, "available", "r");

    public async Task PrepareMySqlAsync(BookedOrder order, string state = "Prepared", string status = OrderStatus.Pending)
    {
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var row = new { order.OrderId, order.ActivityId, order.SkuId, order.BuyerId, order.Quantity, order.CreatedAt, order.Key, state, status };
        await connection.ExecuteAsync("""
            INSERT INTO orders (order_id, activity_id, sku_id, buyer_id, quantity, amount_cents, status, idempotency_key, created_at)
            VALUES (@OrderId, @ActivityId, @SkuId, @BuyerId, @Quantity, 100, @status, @Key, @CreatedAt)
            """, row, transaction);
        await connection.ExecuteAsync("""
            INSERT INTO order_transaction (correlation_id, state, activity_id, sku_id, buyer_id, quantity, unit_price_cents, payment_window_seconds,
              fencing_token, created_at, row_version)
            VALUES (@OrderId, @state, @ActivityId, @SkuId, @BuyerId, @Quantity, 100, 900, 1, @CreatedAt, 1)
            """, row, transaction);
        if (status == OrderStatus.Pending)
        {
            await connection.ExecuteAsync("UPDATE stock SET taken = taken + @Quantity WHERE activity_id = @ActivityId AND sku_id = @SkuId",
                row, transaction);
        }

        await transaction.CommitAsync();
    }

    public async Task MoveAsync(BookedOrder order, string state, string status, bool giveBack = false)
    {
        await using var connection = await database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var row = new { order.OrderId, order.ActivityId, order.SkuId, order.Quantity, state, status };
        await connection.ExecuteAsync("UPDATE orders SET status = @status WHERE order_id = @OrderId", row, transaction);
        await connection.ExecuteAsync("UPDATE order_transaction SET state = @state, row_version = row_version + 1 WHERE correlation_id = @OrderId",
            row, transaction);
        if (giveBack)
        {
            await connection.ExecuteAsync("UPDATE stock SET taken = taken - @Quantity WHERE activity_id = @ActivityId AND sku_id = @SkuId",
                row, transaction);
        }

        await transaction.CommitAsync();
    }

    /// <summary>Runs one statement, to plant damage.</summary>
    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await database.OpenAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    async Task DecideAsync(BookedOrder order, string from, string to, string state)
    {
        var keys = new StockKeys(order.ActivityId);
        var step = redis.CreateTransaction();
        var calls = new List<Task>
        {
            step.HashDecrementAsync(keys.Stock, $"{order.SkuId}:{from}", order.Quantity),
            step.HashIncrementAsync(keys.Stock, $"{order.SkuId}:{to}", order.Quantity),
            step.HashSetAsync(keys.Order(order.OrderId), "state", state),
            step.SortedSetRemoveAsync(keys.Pending, order.OrderId.ToString("D")),
        };
        if (state == "r")
            calls.Add(AddUnits(step, order, -1));
        await step.ExecuteAsync();
        await Task.WhenAll(calls);
    }

    static Task<RedisResult> AddUnits(ITransaction step, BookedOrder order, int sign) => step.ScriptEvaluateAsync("""
        local units = tonumber(string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '0|', '^(%-?%d+)|')) + ARGV[2]
        if units <= 0 then return redis.call('HDEL', KEYS[1], ARGV[1]) end
        return redis.call('HSET', KEYS[1], ARGV[1], string.format('%d|%s|1|1', units, ARGV[3]))
        """, [new StockKeys(order.ActivityId).Buyers], [order.BuyerId, sign * order.Quantity, order.OrderId.ToString("D")]);
}
