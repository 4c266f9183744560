using Dapper;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger;
using Seckill.Ledger.Catalog;
using Seckill.Ledger.Schema;
using Seckill.Payments;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Transactions;

/// <summary>A database with the schema and, per test, activities of its own.</summary>
public sealed class LedgerFixture : IAsyncLifetime
{
    static long _lastActivity = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 100;

    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<TransactionMetrics>().BuildServiceProvider();
    MySqlServer _server = null!;

    public MySqlOptions Options { get; private set; } = null!;

    public MySqlDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _server = await MySqlServer.StartAsync();
        Options = _server.NewDatabase();
        Database = new MySqlDatabase(Microsoft.Extensions.Options.Options.Create(Options));
        await new SchemaMigrator(
            Database,
            [new SchemaScripts(typeof(MySqlDatabase).Assembly), new SchemaScripts(typeof(IPaymentProvider).Assembly)],
            NullLogger<SchemaMigrator>.Instance).MigrateAsync();
    }

    public async Task DisposeAsync()
    {
        await MySqlServer.DropAsync(Options);
        await _server.DisposeAsync();
        await _services.DisposeAsync();
    }

    public async Task<long> AddActivityAsync(int stock, int skus = 1)
    {
        var activityId = Interlocked.Increment(ref _lastActivity);
        var now = DateTimeOffset.UtcNow;
        await new ActivityCatalog(Database).AddAsync(
            new Activity
            {
                ActivityId = activityId,
                Name = "Test",
                OpensAt = now.AddMinutes(-1),
                ClosesAt = now.AddHours(1),
                PerBuyerLimit = 1,
                PaymentWindowSeconds = 900,
                Skus = [.. Enumerable.Range(1, skus).Select(x => new ActivitySku { SkuId = x, Name = "Thing", UnitPriceCents = 1999, Total = stock })],
            },
            now);
        return activityId;
    }

    public TransactionLedger NewLedger(
        MySqlDatabase? database = null, TransactionOptions? options = null, TimeProvider? clock = null, TransactionMetrics? metrics = null,
        FaultPoints? faults = null)
        => new(database ?? Database, Microsoft.Extensions.Options.Options.Create(options ?? new TransactionOptions()), faults ?? FaultPoints.None,
            metrics ?? _services.GetRequiredService<TransactionMetrics>(), clock ?? TimeProvider.System, NullLogger<TransactionLedger>.Instance);

    public static OrderTransactionState NewOrder(long activityId, string? buyerId = null, int quantity = 1)
    {
        var now = DateTimeOffset.UtcNow;
        var instance = OrderTransactionState.Begin(NewRequest(activityId, buyerId, quantity, now));
        instance.CurrentState = TransactionStates.Prepared;
        instance.FencingToken = 1;
        return instance;
    }

    /// <summary>Moves orders to a state, all at once; each must be written.</summary>
    public static async Task MoveAsync(TransactionLedger ledger, List<OrderTransactionState> orders, string state)
        => (await Task.WhenAll(Moves(ledger, orders, state))).ShouldAllBe(x => x);

    /// <summary>The writes that move orders to a state.</summary>
    public static List<Task<bool>> Moves(TransactionLedger ledger, List<OrderTransactionState> orders, string state) => orders.ConvertAll(order =>
    {
        order.CurrentState = state;
        return ledger.SaveAsync(order, "clock", null);
    });

    public static SeckillRequested NewRequest(long activityId, string? buyerId = null, int quantity = 1, DateTimeOffset? at = null)
    {
        var orderId = OrderIds.New(at ?? DateTimeOffset.UtcNow);
        return new SeckillRequested
        {
            OrderId = orderId,
            ActivityId = activityId,
            SkuId = 1,
            BuyerId = buyerId ?? "buyer-" + orderId.ToString("N")[..20],
            Quantity = quantity,
            UnitPriceCents = 1999,
            AdmittedAt = at ?? DateTimeOffset.UtcNow,
            PaymentWindowSeconds = 900,
            IdempotencyKey = "key-1",
        };
    }

    public async Task ExecuteAsync(string sql, object parameters)
    {
        await using var connection = await Database.OpenAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    /// <summary>Transactions that the server has committed so far.</summary>
    public async Task<long> CommitsAsync()
    {
        await using var connection = await Database.OpenAsync();
        var row = await connection.QuerySingleAsync<(string Name, string Value)>("SHOW GLOBAL STATUS LIKE 'Com_commit'");
        return long.Parse(row.Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The database as it is reached through a proxy.</summary>
    internal MySqlDatabase Through(CommitCuttingProxy proxy) => new(Microsoft.Extensions.Options.Options.Create(Options.Through(proxy.Port)));

    public async Task<int> TakenAsync(long activityId)
    {
        await using var connection = await Database.OpenAsync();
        return await connection.ExecuteScalarAsync<int>("SELECT taken FROM stock WHERE activity_id = @activityId", new { activityId });
    }

    /// <summary>The units taken of each of an activity's SKUs.</summary>
    public async Task<List<int>> TakenOfEachAsync(long activityId)
    {
        await using var connection = await Database.OpenAsync();
        return [.. await connection.QueryAsync<int>("SELECT taken FROM stock WHERE activity_id = @activityId ORDER BY sku_id", new { activityId })];
    }

    /// <summary>Lets whatever the clock has to do with an order be due now.</summary>
    public async Task MakeDueAsync(Guid orderId)
    {
        await using var connection = await Database.OpenAsync();
        await connection.ExecuteAsync(
            "UPDATE order_transaction SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND WHERE correlation_id = @orderId AND expires_at IS NOT NULL",
            new { orderId = orderId.ToString("D") });
    }

    /// <summary>Status and state of each order of the activity, and how many of each there are.</summary>
    public async Task<Dictionary<(string Status, string State), int>> BooksAsync(long activityId)
    {
        await using var connection = await Database.OpenAsync();
        var rows = await connection.QueryAsync<(string Status, string State, long Count)>(
            """
            SELECT o.status, t.state, COUNT(*) FROM orders o JOIN order_transaction t ON t.correlation_id = o.order_id
            WHERE o.activity_id = @activityId GROUP BY o.status, t.state
            """, new { activityId });
        return rows.ToDictionary(x => (x.Status, x.State), x => (int)x.Count);
    }

    /// <summary>What the first write of the activity's orders left in the three tables, in words; each kind of row once, with how many there are.</summary>
    public async Task<IReadOnlyList<string>> FirstRowsAsync(long activityId)
    {
        await using var connection = await Database.OpenAsync();
        return (await connection.QueryAsync<string>(
            """
            SELECT CONCAT(kind, ': ', COUNT(*), ', ', row_in_words) FROM (
              SELECT CONCAT(t.state, '/', o.status) AS kind,
                     CONCAT('reason ', COALESCE(t.reason, 'NULL'), '/', COALESCE(o.reason, 'NULL'), '/', COALESCE(l.detail, 'NULL'), ', error ', COALESCE(t.last_error, 'NULL'),
                            ', retries ', t.retry_count, ', version ', t.row_version,
                            ', prepared ', IF(t.prepared_at IS NULL, 'NULL', IF(t.prepared_at = l.occurred_at, 'at the log''s time', 'at another time')),
                            ', expires ', IF(t.expires_at IS NULL, 'NULL', IF(t.expires_at > l.occurred_at, 'later', 'too early')),
                            ', decided ', IF(t.decided_at IS NULL, 'NULL', IF(t.decided_at = l.occurred_at, 'at the log''s time', 'at another time')),
                            ', closed ', IF(o.closed_at IS NULL, 'NULL', IF(o.closed_at = l.occurred_at, 'at the log''s time', 'at another time'))) AS row_in_words
              FROM orders o JOIN order_transaction t ON t.correlation_id = o.order_id JOIN transaction_log l ON l.correlation_id = o.order_id
              WHERE o.activity_id = @activityId) AS first_rows
            GROUP BY kind, row_in_words ORDER BY kind
            """, new { activityId })).ToList();
    }

    public async Task<IReadOnlyList<string>> StepsAsync(Guid orderId)
    {
        await using var connection = await Database.OpenAsync();
        return (await connection.QueryAsync<string>(
            "SELECT step FROM transaction_log WHERE correlation_id = @orderId ORDER BY log_id", new { orderId = orderId.ToString("D") })).ToList();
    }
}
