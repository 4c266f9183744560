using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Dapper;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Seckill.Admission.Redis;
using Seckill.Hosting.Identity;
using Seckill.Ledger;
using Seckill.Ledger.Catalog;
using Seckill.Ledger.Schema;
using Seckill.Operations.Postgres;
using Seckill.Payments;
using Seckill.Sagas.Audit;
using Seckill.Sagas.Clock;
using Seckill.TestSupport;

namespace Seckill.System.Tests.WholeSystem;

/// <summary>
/// The whole system on real servers, API and workers as processes of their own. Redis and Kafka are private, so that tests can break
/// them; MySQL and RabbitMQ are those that <c>./seckill test</c> started, with a database of the test's own.
/// </summary>
public sealed class RunningSystem : IAsyncDisposable
{
    static long _lastActivity = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 100;

    readonly Dictionary<string, string> _settings;
    readonly MySqlServer _mySql;
    readonly MySqlOptions _options;
    readonly PostgresServer _postgres;
    readonly PostgresDatabase _operations;
    readonly RedisConnections _connections;
    readonly TokenIssuer _tokens;
    readonly string _folder;
    readonly ConcurrentBag<AcceptedOrder> _accepted = [];
    readonly List<ProgramProcess> _programs = [];
    readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { Timeout = TimeSpan.FromSeconds(60) };

    RunningSystem(
        MySqlServer mySql, MySqlOptions options, PostgresServer postgres, PostgresOptions operations, RedisServer stock, DevKafkaServer kafka, string folder,
        Dictionary<string, string> settings)
    {
        (_mySql, _options, _postgres, Stock, Kafka, _folder, _settings) = (mySql, options, postgres, stock, kafka, folder, settings);
        _operations = new PostgresDatabase(Options.Create(operations));
        Database = new MySqlDatabase(Options.Create(options));
        _connections = new RedisConnections(Options.Create(new RedisOptions
        {
            Stock = new RedisEndpoint { Host = RedisServer.Host, Port = stock.Port },
            Cache = new RedisEndpoint { Host = RedisServer.Host, Port = stock.Port, Db = 1 },
        }), TimeProvider.System, NullLogger<RedisConnection>.Instance);
        _tokens = new TokenIssuer(new AuthOptions { KeysPath = folder }, TimeProvider.System);
    }

    public RedisServer Stock { get; }

    public DevKafkaServer Kafka { get; }

    public MySqlDatabase Database { get; }

    public ProgramProcess Api { get; private set; } = null!;

    /// <summary>The orders that were answered with 202.</summary>
    public IReadOnlyCollection<AcceptedOrder> Accepted => _accepted;

    /// <summary>Starts servers and an API; workers are started by the test.</summary>
    public static async Task<RunningSystem> StartAsync(params (string Name, string Value)[] settings)
    {
        var mySql = await MySqlServer.StartAsync();
        var options = mySql.NewDatabase();
        var stock = await RedisServer.StartAsync();
        var postgres = await PostgresServer.StartAsync();
        var operations = new PostgresOptions
        {
            Host = postgres.Host,
            Port = postgres.Port,
            User = postgres.User,
            Password = postgres.Password,
            Database = PostgresServer.NewDatabase(),
        };
        var kafka = await DevKafkaServer.StartAsync(
            "order_events:8", "order_results:8", "stock_events:1", "compensation:4", "compensation_dlq:4");
        var folder = Directory.CreateTempSubdirectory("seckill-system-").FullName;
        SigningKeys.CreateDevelopmentPair(folder);
        var all = new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Database__MySql__Host"] = options.Host,
            ["Database__MySql__Port"] = options.Port.ToString(CultureInfo.InvariantCulture),
            ["Database__MySql__User"] = options.User,
            ["Database__MySql__Password"] = options.Password,
            ["Database__MySql__Database"] = options.Database,
            ["Redis__Stock__Host"] = RedisServer.Host,
            ["Redis__Stock__Port"] = stock.Port.ToString(CultureInfo.InvariantCulture),
            ["Redis__Stock__Password"] = "",
            ["Redis__Cache__Host"] = RedisServer.Host,
            ["Redis__Cache__Port"] = stock.Port.ToString(CultureInfo.InvariantCulture),
            ["Redis__Cache__Db"] = "1",
            ["Redis__Cache__Password"] = "",
            ["Compensation__LogPath"] = Path.Combine(folder, "compensation"),
            ["Alerts__SpoolPath"] = Path.Combine(folder, "spool"),
            ["Kafka__Bootstrap"] = kafka.Bootstrap,
            // A worker that a test kills is waited for as long.
            ["Kafka__SessionTimeoutSeconds"] = "3",
            ["Auth__KeysPath"] = folder,
            ["Logs__Directory"] = Path.Combine(folder, "logs"),
            // Operators of tests ask often.
            ["RateLimits__BuyerBurst"] = "1000000",
            ["Admission__RelayDelaySeconds"] = "1",
            ["Admission__RelayRepeatSeconds"] = "3",
            ["Clock__UnfinishedScanSeconds"] = "1",
            ["Clock__UnfinishedGraceSeconds"] = "2",
            ["Clock__ResendAfterSeconds"] = "2",
            ["Clock__PaymentDeadlineScanSeconds"] = "1",
            ["Clock__SuspendedScanSeconds"] = "1",
            ["Transaction__LockExpirySeconds"] = "2",
        };
        foreach (var (key, value) in postgres.Settings(operations.Database))
            all[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        foreach (var (name, value) in settings)
            all[name] = value;

        var system = new RunningSystem(mySql, options, postgres, operations, stock, kafka, folder, all);
        try
        {
            await new SchemaMigrator(
                system.Database,
                [
                    new SchemaScripts(typeof(MySqlDatabase).Assembly), new SchemaScripts(typeof(IPaymentProvider).Assembly),
                    new SchemaScripts(typeof(ClockOptions).Assembly),
                ],
                NullLogger<SchemaMigrator>.Instance).MigrateAsync();
            await new PostgresSchemaMigrator(system._operations, NullLogger<PostgresSchemaMigrator>.Instance).MigrateAsync();
            await system.StartApiAsync();
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }

        return system;
    }

    /// <summary>Starts an API (again); requests go to the last one started.</summary>
    public async Task StartApiAsync(params (string Name, string Value)[] settings) => Api = await StartProgramAsync("Seckill.Api", settings);

    /// <summary>Starts a worker; it need not be ready yet.</summary>
    public Task<ProgramProcess> StartWorkerAsync(params (string Name, string Value)[] settings) => StartProgramAsync("Seckill.Workers", settings);

    /// <summary>Adds an open activity with one SKU; a worker that runs warms its stock up.</summary>
    public async Task<long> AddActivityAsync(int stock, int perBuyerLimit = 1, int paymentWindowSeconds = 900)
    {
        var activityId = Interlocked.Increment(ref _lastActivity);
        var now = DateTimeOffset.UtcNow;
        await new ActivityCatalog(Database).AddAsync(
            new Activity
            {
                ActivityId = activityId,
                Name = "Sale",
                OpensAt = now.AddMinutes(-1),
                ClosesAt = now.AddHours(1),
                PerBuyerLimit = perBuyerLimit,
                PaymentWindowSeconds = paymentWindowSeconds,
                Skus = [new ActivitySku { SkuId = 1, Name = "Thing", UnitPriceCents = 1999, Total = stock }],
            },
            now);
        return activityId;
    }

    /// <summary>Waits until the activity's stock is in Redis.</summary>
    public Task StockIsLiveAsync(long activityId) => Eventually.HoldsAsync(
        async () =>
        {
            using var response = await _http.GetAsync(new Uri(Api.Address, $"/api/activities/{activityId}"));
            if (!response.IsSuccessStatusCode)
                return false;

            var activity = await response.Content.ReadFromJsonAsync<JsonElement>();
            return activity.GetProperty("skus")[0].TryGetProperty("available", out var available) && available.ValueKind == JsonValueKind.Number;
        },
        "the stock is in Redis",
        TimeSpan.FromSeconds(60));

    /// <summary>Places an order; a 503 or a lost connection is tried again with the same key, as a client does.</summary>
    public async Task<(HttpStatusCode Status, Guid? OrderId)> OrderAsync(long activityId, string buyer, string? key = null, int quantity = 1, string? traceParent = null)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
        while (true)
        {
            try
            {
                using var request = Request(HttpMethod.Post, $"/api/activities/{activityId}/orders", buyer);
                request.Headers.Add("Idempotency-Key", key ?? "only-" + buyer);
                if (traceParent is not null)
                    request.Headers.Add("traceparent", traceParent);
                request.Content = JsonContent.Create(new { skuId = 1, quantity });
                using var response = await _http.SendAsync(request);
                if (response.StatusCode == HttpStatusCode.Accepted)
                {
                    var orderId = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("orderId").GetGuid();
                    _accepted.Add(new AcceptedOrder(orderId, activityId));
                    return (response.StatusCode, orderId);
                }

                if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
                    return (response.StatusCode, null);
            }
            catch (HttpRequestException) when (DateTimeOffset.UtcNow < deadline)
            {
                // The API is away: again.
            }

            if (DateTimeOffset.UtcNow > deadline)
                throw new TimeoutException($"No answer to the order of {buyer} within a minute");

            await Task.Delay(100);
        }
    }

    /// <summary>Many buyers at once, each one order; returns how many were admitted.</summary>
    public async Task<int> SellAsync(long activityId, int buyers, string prefix = "buyer")
    {
        var admitted = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, buyers), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            if ((await OrderAsync(activityId, $"{prefix}-{i}")).Status == HttpStatusCode.Accepted)
                Interlocked.Increment(ref admitted);
        });
        return admitted;
    }

    /// <summary>Sends any request as somebody.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string subject, string role = Roles.Buyer, object? body = null)
    {
        using var request = Request(method, path, subject, role);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Orders by status.</summary>
    public async Task<Dictionary<string, int>> OrdersAsync(long activityId)
    {
        await using var connection = await Database.OpenAsync();
        var rows = await connection.QueryAsync<(string Status, long Count)>(
            "SELECT status, COUNT(*) FROM orders WHERE activity_id = @activityId GROUP BY status", new { activityId });
        return rows.ToDictionary(x => x.Status, x => (int)x.Count);
    }

    /// <summary>Waits until as many orders have a status.</summary>
    public Task OrdersReachAsync(long activityId, string status, int count, int seconds = 90) => Eventually.HoldsAsync(
        async () => (await OrdersAsync(activityId)).GetValueOrDefault(status) == count,
        $"{count} orders are {status}",
        TimeSpan.FromSeconds(seconds));

    /// <summary>The lines of all programs' logs that hold a text, and are whole.</summary>
    public IReadOnlyList<JsonElement> LogLines(string text) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(_folder, "logs"), "*.json")
            .SelectMany(file =>
            {
                using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
                return reader.ReadToEnd().Split('\n')[..^1];
            })
            .Where(line => line.Contains(text, StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line).RootElement),
    ];

    /// <summary>Where MySQL listens.</summary>
    public int MySqlPort => _options.Port;

    /// <summary>The count of attempts that Redis has for an order; null when there is none.</summary>
    public async Task<string?> RetryCountAsync(Guid orderId)
        => await (await _connections.Cache.DatabaseAsync()).StringGetAsync($"compensation_retries:{orderId:D}");

    /// <summary>How many entries the log of compensation has for a step.</summary>
    public async Task<long> StepsAsync(string step)
    {
        await using var connection = await _operations.Source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM compensation_logs WHERE step = @step", new { step });
    }

    /// <summary>Waits until the books are clean: all that was accepted is there, and both stores agree.</summary>
    public Task BooksBalanceAsync()
    {
        var audit = new AuditService(
            Database, _connections, Options.Create(new AuditOptions { RecheckDelayMilliseconds = 500 }), TimeProvider.System, NullLogger<AuditService>.Instance);
        AuditReport? report = null;
        return Eventually.HoldsAsync(
            async () => (report = await audit.RunAsync(new AuditScope { Accepted = [.. _accepted], Settled = true })).Ok,
            () => $"the books balance: {string.Join("; ", report!.Findings)}",
            TimeSpan.FromSeconds(60));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
            await program.DisposeAsync();
        _http.Dispose();
        await _connections.DisposeAsync();
        await Kafka.DisposeAsync();
        await Stock.DisposeAsync();
        await _operations.DisposeAsync();
        await _postgres.DisposeAsync();
        await MySqlServer.DropAsync(_options);
        await _mySql.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    async Task<ProgramProcess> StartProgramAsync(string project, (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>(_settings);
        foreach (var (name, value) in settings)
            all[name] = value;
        var program = await ProgramProcess.StartAsync(project, all);
        _programs.Add(program);
        return program;
    }

    HttpRequestMessage Request(HttpMethod method, string path, string subject, string role = Roles.Buyer)
    {
        var request = new HttpRequestMessage(method, new Uri(Api.Address, path));
        request.Headers.Authorization = new("Bearer", _tokens.Issue(subject, role, TimeSpan.FromMinutes(10)));
        return request;
    }
}
