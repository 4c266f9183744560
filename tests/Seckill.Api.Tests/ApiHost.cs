using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Dapper;

using MassTransit;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Admission.Rebuild;
using Seckill.Admission.Redis;
using Seckill.Api.Messaging;
using Seckill.Contracts;
using Seckill.Hosting;
using Seckill.Hosting.Identity;
using Seckill.Kafka;
using Seckill.Ledger;
using Seckill.Ledger.Catalog;
using Seckill.TestSupport;

namespace Seckill.Api.Tests;

/// <summary>
/// The API on a Kestrel port of the loopback interface. Unless it is started with its own bus, Kafka and the transaction are played by
/// <see cref="FakeKafka"/> and <see cref="FakeTransaction"/>.
/// </summary>
sealed class ApiHost : IAsyncDisposable
{
    /// <summary>An activity that is in no catalogue: what MySQL says of its orders reaches no stock that a test warms up.</summary>
    public const long OtherActivity = 1_000_000;

    static long s_lastActivity;

    readonly WebApplication _app;
    readonly TokenIssuer _issuer;

    ApiHost(WebApplication app, ApiServers servers)
    {
        _app = app;
        _issuer = servers.Issuer();
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(40) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public FakeKafka Kafka => Services.GetRequiredService<FakeKafka>();

    public FakeTransaction Transaction => Services.GetRequiredService<FakeTransaction>();

    /// <summary>Builds it; settings are those of configuration, by key.</summary>
    public static WebApplication Build(
        ApiServers servers, IEnumerable<(string Key, string Value)>? settings = null, string environment = "Development", bool ownBus = false,
        Action<IServiceCollection>? change = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = "Seckill.Api" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:MySql:Host"] = servers.MySql.Host,
            ["Database:MySql:Port"] = servers.MySql.Port.ToString(CultureInfo.InvariantCulture),
            ["Database:MySql:User"] = servers.MySql.User,
            ["Database:MySql:Password"] = servers.MySql.Password,
            ["Database:MySql:Database"] = servers.MySql.Database,
            ["Redis:Stock:Host"] = RedisServer.Host,
            ["Redis:Stock:Port"] = servers.Redis.Port.ToString(CultureInfo.InvariantCulture),
            ["Redis:Stock:Password"] = "",
            ["Compensation:LogPath"] = Path.Combine(servers.FilesPath, "log"),
            ["Alerts:SpoolPath"] = Path.Combine(servers.FilesPath, "spool"),
            ["Auth:KeysPath"] = servers.KeysPath,
            // Tests share their buyers, and must not run into each other's limits.
            ["RateLimits:BuyerBurst"] = "1000000",
            ["Logging:LogLevel:Default"] = "Error",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Error",
        });
        // The last word is the test's.
        foreach (var some in new[] { servers.PostgresServer.Settings(servers.Postgres.Database), settings ?? [] })
            builder.Configuration.AddInMemoryCollection(some.ToDictionary(x => x.Key, x => (string?)x.Value));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddSeckillDefaults("seckill-api");
        if (ownBus)
        {
            builder.AddSeckillApi();
        }
        else
        {
            builder.AddSeckillHttp();
            AddFakes(builder.Services);
        }

        change?.Invoke(builder.Services);
        var app = builder.Build();
        app.CheckSettings();
        app.MapSeckillDefaults();
        app.MapSeckillApi();
        return app;
    }

    public static async Task<ApiHost> StartAsync(
        ApiServers servers, IEnumerable<(string Key, string Value)>? settings = null, string environment = "Development", bool ownBus = false,
        Action<IServiceCollection>? change = null)
    {
        var app = Build(servers, settings, environment, ownBus, change);
        await app.StartAsync();
        return new ApiHost(app, servers);
    }

    /// <summary>Sends a request as a subject with a role; without a subject, without a token.</summary>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, string? body = null, string? subject = null, string role = Roles.Buyer,
        IEnumerable<(string Name, string Value)>? headers = null, string contentType = "application/json", CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        if (subject is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(subject, role));
        foreach (var (name, value) in headers ?? [])
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request, cancellationToken);
        return await ApiAnswer.ReadAsync(response);
    }

    public Task<ApiAnswer> GetAsync(string path, string? subject = null, string role = Roles.Buyer) => SendAsync(HttpMethod.Get, path, null, subject, role);

    public Task<ApiAnswer> PostAsync(string path, string? body = null, string? subject = null, string role = Roles.Buyer)
        => SendAsync(HttpMethod.Post, path, body, subject, role);

    public Task<ApiAnswer> OrderAsync(long activityId, string buyer, string? key = null, long sku = 1, int quantity = 1)
        => SendAsync(HttpMethod.Post, $"/api/activities/{activityId}/orders", $$"""{"skuId":{{sku}},"quantity":{{quantity}}}""", buyer,
            headers: key is null ? null : [("Idempotency-Key", key)]);

    /// <summary>News of an order, as the saga publishes it.</summary>
    public Task TellAsync(Guid orderId, long activityId, string status)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Services.GetRequiredService<IBus>().Publish(new OrderStatusChanged
        {
            OrderId = orderId,
            ActivityId = activityId,
            SkuId = 1,
            BuyerId = "alice",
            Quantity = 1,
            AmountCents = 9900,
            Status = status,
            CreatedAt = now,
            ChangedAt = now,
            PayBy = status == OrderStatus.Confirmed ? now.AddMinutes(15) : null,
        });
    }

    /// <summary>Entries of the audit log that a query finds, the oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> TrailAsync(string query)
    {
        var page = (await GetAsync("/api/audit-log?" + query, "olga", Roles.Operator)).ShouldBe(HttpStatusCode.OK);
        return [.. page.Json.GetProperty("items").EnumerateArray().Reverse()];
    }

    public string Token(string subject, string role = Roles.Buyer) => _issuer.Issue(subject, role, TimeSpan.FromMinutes(5));

    /// <summary>Adds an activity with one SKU and, unless told not to, warms its stock up.</summary>
    public async Task<long> AddActivityAsync(int total = 10, int limit = 1, TimeSpan? opensIn = null, bool warmUp = true)
    {
        var id = Interlocked.Increment(ref s_lastActivity);
        var now = TimeProvider.System.GetUtcNow();
        var opensAt = now + (opensIn ?? TimeSpan.FromMinutes(-1));
        await Services.GetRequiredService<ActivityCatalog>().AddAsync(new Activity
        {
            ActivityId = id,
            Name = $"Sale {id}",
            OpensAt = opensAt,
            ClosesAt = opensAt.AddHours(1),
            PerBuyerLimit = limit,
            PaymentWindowSeconds = 900,
            Skus = [new ActivitySku { SkuId = 1, Name = "Phone", UnitPriceCents = 9900, Total = total }],
        }, now);
        if (warmUp)
            await WarmUpAsync(id);
        return id;
    }

    /// <summary>Has Redis know an activity's stock, as a worker's keeper does, also after Redis was started anew.</summary>
    public async Task WarmUpAsync(long activityId)
    {
        var stock = Services.GetRequiredService<IStockWarmUp>();
        // A lock that can't be had in a fraction of a second, as over a connection that is only being made, counts as taken.
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    return await stock.WarmUpAsync(activityId) == WarmUpOutcome.Done;
                }
                catch (Exception exception) when (RedisFaults.IsTransient(exception))
                {
                    return false;
                }
            },
            "the stock is warmed up");
    }

    /// <summary>An order in MySQL, as the saga leaves one.</summary>
    public async Task<Guid> AddOrderAsync(string buyer, string status, long activityId = OtherActivity, Guid? id = null)
    {
        var orderId = id ?? OrderIds.New(TimeProvider.System.GetUtcNow());
        var decided = status == OrderStatus.Pending ? (DateTime?)null : DateTime.UtcNow;
        await ExecuteAsync("""
            INSERT INTO orders (order_id, activity_id, sku_id, buyer_id, quantity, amount_cents, status, created_at, confirmed_at, pay_by)
            VALUES (@id, @activityId, 1, @buyer, 1, 9900, @status, @now, @decided, @payBy)
            """, new { id = orderId.ToString("D"), activityId, buyer, status, now = DateTime.UtcNow, decided, payBy = decided?.AddMinutes(15) });
        return orderId;
    }

    /// <summary>A transaction in MySQL, as the saga leaves one.</summary>
    public async Task<Guid> AddTransactionAsync(
        string state, Guid? id = null, long activityId = 1, TimeSpan age = default, int retries = 0, string? error = null)
    {
        var orderId = id ?? OrderIds.New(TimeProvider.System.GetUtcNow());
        await ExecuteAsync("""
            INSERT INTO order_transaction (correlation_id, state, activity_id, sku_id, buyer_id, quantity, unit_price_cents, payment_window_seconds,
              fencing_token, retry_count, last_error, created_at, row_version)
            VALUES (@id, @state, @activityId, 1, 'alice', 1, 9900, 900, 7, @retries, @error, @createdAt, 3)
            """, new { id = orderId.ToString("D"), state, activityId, retries, error, createdAt = DateTime.UtcNow - age });
        return orderId;
    }

    public Task SetStatusAsync(Guid orderId, string status)
        => ExecuteAsync("UPDATE orders SET status = @status WHERE order_id = @id", new { status, id = orderId.ToString("D") });

    /// <summary>Runs a statement, as the saga would.</summary>
    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Services.GetRequiredService<MySqlDatabase>().OpenAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    static void AddFakes(IServiceCollection services)
    {
        services.AddSingleton<FakeKafka>();
        services.AddSingleton<ITopicProducer<SeckillRequested>>(x => x.GetRequiredService<FakeKafka>());
        services.AddSingleton<IKafkaHealth>(x => x.GetRequiredService<FakeKafka>());
        services.AddSingleton<FakeTransaction>();
        services.AddSingleton<OrderNews>();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddTransactionRequests();
            bus.AddConsumer<FakeTransactionConsumer>();
            bus.AddConsumer<FakeReprocessConsumer>();
            bus.AddConsumer<StockChangedConsumer>();
            bus.UsingInMemory((context, memory) =>
            {
                memory.ReceiveEndpoint(QueueNames.OrderTransaction, x => x.ConfigureConsumer<FakeTransactionConsumer>(context));
                memory.ReceiveEndpoint(QueueNames.Reprocess, x => x.ConfigureConsumer<FakeReprocessConsumer>(context));
                memory.ReceiveEndpoint("news", x =>
                {
                    x.Handler<OrderStatusChanged>(news => HearAsync(context.GetRequiredService<OrderNews>(), news.Message));
                    x.ConfigureConsumer<StockChangedConsumer>(context);
                });
            });
        });
        services.Configure<MassTransitHostOptions>(x => x.WaitUntilStarted = true);

        static Task HearAsync(OrderNews news, OrderStatusChanged message)
        {
            news.Hear(message);
            return Task.CompletedTask;
        }
    }
}
