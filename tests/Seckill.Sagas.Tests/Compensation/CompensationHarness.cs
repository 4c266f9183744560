using Dapper;

using MassTransit;
using MassTransit.Testing;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

using Seckill.Admission.Locking;
using Seckill.Admission.Redis;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger;
using Seckill.Ledger.Compensation;
using Seckill.Ledger.Settings;
using Seckill.Operations.Alerts;
using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;
using Seckill.Payments;
using Seckill.Sagas.Circuit;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.DeadLetters;
using Seckill.Sagas.Tests.Transactions;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Compensation;

/// <summary>The whole walk of a failed order over real MySQL, with a clock that the test moves; Redis, Kafka and the archive are doubles.</summary>
sealed class CompensationHarness : IAsyncDisposable
{
    readonly ServiceProvider _services;
    readonly ITestHarness _bus;
    readonly LedgerFixture _fixture;

    CompensationHarness(ServiceProvider services, LedgerFixture fixture)
    {
        (_services, _fixture) = (services, fixture);
        _bus = services.GetRequiredService<ITestHarness>();
    }

    public RecordingStock Stock { get; } = new();

    public MovableClock Clock { get; } = new();

    public RecordingAlerts Alerts { get; } = new();

    public RecordingLog Log { get; } = new();

    public MemoryArchive Archive { get; } = new();

    public RecordingPublisher Kafka { get; } = new();

    public SwitchedProbe Redis { get; } = new();

    public ReceivedMessages Received { get; } = new();

    public CompensationProcess Process => _services.GetRequiredService<CompensationProcess>();

    public CompensationStore Store => _services.GetRequiredService<CompensationStore>();

    public CompensationSweep Sweep => _services.GetRequiredService<CompensationSweep>();

    public CompensationSweep SweepWith(FaultPoints faults) => ActivatorUtilities.CreateInstance<CompensationSweep>(_services, faults);

    public DeadLetterProcess DeadLetters => _services.GetRequiredService<DeadLetterProcess>();

    public DependencyCircuit Circuit => _services.GetRequiredService<DependencyCircuit>();

    public static async Task<CompensationHarness> StartAsync(LedgerFixture fixture)
    {
        var services = new ServiceCollection();
        CompensationHarness? harness = null;
        services.AddSingleton<IStockParticipant>(_ => harness!.Stock);
        services.AddSingleton<IDistributedLock>(new ProcessLocks());
        services.AddSingleton<IOrderStatusPublisher>(new RecordingNews());
        services.AddSingleton<IPaymentProvider>(new RecordingPayments());
        services.AddSingleton<IAlerts>(_ => harness!.Alerts);
        services.AddSingleton<ICompensationLog>(_ => harness!.Log);
        services.AddSingleton<IFailedOrderArchive>(_ => harness!.Archive);
        services.AddSingleton<ICompensationPublisher>(_ => harness!.Kafka);
        services.AddSingleton<TimeProvider>(_ => harness!.Clock);
        var configured = new Dictionary<string, string?>
        {
            ["Compensation:TransactionAttempts"] = "1",
            ["Compensation:SchedulesPerSecond"] = "0",
            ["Compensation:DeadLetterDelaySeconds"] = "0",
            ["Circuit:ProbeIntervalMilliseconds"] = "50",
            ["Transaction:RetryFirstDelayMilliseconds"] = "1",
            ["Redis:Stock:Port"] = "1",
            ["Redis:Stock:ConnectTimeoutMilliseconds"] = "50",
            ["Redis:Cache:Port"] = "1",
            ["Redis:Cache:ConnectTimeoutMilliseconds"] = "50",
        };
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configured).Build());
        services.AddSingleton<IHostEnvironment>(new Microsoft.Extensions.Hosting.Internal.HostingEnvironment { EnvironmentName = "Development" });
        services.AddLogging();
        services.AddLedger();
        services.AddSingleton(fixture.Database);
        services.AddOptions<RedisOptions>().BindConfiguration(RedisOptions.Section);
        services.AddSingleton<RedisConnections>();
        services.AddTransactions();
        services.AddOptions<CircuitOptions>().BindConfiguration(CircuitOptions.Section);
        services.AddSingleton<IDependencyProbe>(_ => harness!.Redis);
        services.AddMetrics();
        services.AddSingleton<CircuitMetrics>();
        services.AddSingleton<DependencyCircuit>();
        services.AddCompensation();
        services.AddMassTransitTestHarness(bus =>
        {
            bus.SetTestTimeouts(testTimeout: TimeSpan.FromMinutes(2), testInactivityTimeout: TimeSpan.FromSeconds(30));
            bus.AddConsumer<AttemptCompensationConsumer>();
            bus.AddConsumer<ReprocessConsumer>();
            bus.UsingInMemory((context, memory) =>
            {
                memory.ReceiveEndpoint(QueueNames.OrderTransaction, x =>
                {
                    x.UseFilter(context.GetRequiredService<HandOverFilter>());
                    x.ConfigureOrderTransaction(context);
                });
                memory.ReceiveEndpoint(QueueNames.Compensation, x => x.ConfigureConsumer<AttemptCompensationConsumer>(context));
                memory.ReceiveEndpoint(QueueNames.Reprocess, x => x.ConfigureConsumer<ReprocessConsumer>(context));
            });
        });
        harness = new CompensationHarness(services.BuildServiceProvider(), fixture);
        await harness.Circuit.StartAsync(CancellationToken.None);
        await harness._bus.Start();
        harness._bus.Bus.ConnectReceiveObserver(harness.Received);
        return harness;
    }

    /// <summary>Sends a message to a queue and waits until it was handled.</summary>
    public async Task SendAsync<T>(string queue, T message)
        where T : class
    {
        var endpoint = await _bus.Bus.GetSendEndpoint(new Uri("queue:" + queue));
        var messageId = NewId.NextGuid();
        await endpoint.Send(message, x => x.MessageId = messageId);
        (await _bus.Consumed.Any<T>(x => x.Context.MessageId == messageId)).ShouldBeTrue("the message is handled");
        if ((await _bus.Consumed.SelectAsync<T>(x => x.Context.MessageId == messageId).First()).Exception is { } exception)
            throw new InvalidOperationException("The message was not handled", exception);
    }

    /// <summary>An order whose transaction fails, taken in by compensation. Redis goes on failing until told otherwise.</summary>
    public async Task<SeckillRequested> FailOrderAsync(Func<Exception> failure)
    {
        Stock.Failure = failure;
        var order = LedgerFixture.NewRequest(await _fixture.AddActivityAsync(stock: 5));
        await SendAsync(QueueNames.OrderTransaction, order);
        await Process.BeginAsync(Kafka.Orders.Single(x => x.Request.OrderId == order.OrderId), CancellationToken.None);
        return order;
    }

    /// <summary>Makes the attempt that is due.</summary>
    public async Task AttemptAsync(Guid orderId)
    {
        var row = await Store.FindAsync(orderId);
        await Process.AttemptAsync(new AttemptCompensation { OrderId = orderId, Attempt = row!.Attempts + 1 }, CancellationToken.None);
    }

    public async Task<ReprocessResult> ReprocessAsync(Guid orderId)
    {
        var client = _bus.Bus.CreateRequestClient<ReprocessOrder>(new Uri("queue:" + QueueNames.Reprocess), RequestTimeout.After(s: 20));
        var answer = await client.GetResponse<ReprocessResult>(new ReprocessOrder { OrderId = orderId, RequestedBy = "olga", Note = "again" });
        return answer.Message;
    }

    public Task WriteSettingsAsync(CompensationSettings settings)
        => _services.GetRequiredService<SettingsStore>().TryWriteAsync(SettingNames.Compensation, settings, 0, "olga", Clock.GetUtcNow());

    public Task RefreshSettingsAsync() => _services.GetRequiredService<CurrentSettings>().RefreshAsync();

    public async Task<(string State, int Retries, string? Error)?> TransactionAsync(Guid orderId)
    {
        await using var connection = await _fixture.Database.OpenAsync();
        return await connection.QuerySingleOrDefaultAsync<(string, int, string?)?>(
            "SELECT state, retry_count, last_error FROM order_transaction WHERE correlation_id = @id", new { id = orderId.ToString("D") });
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.Stop();
        await Circuit.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        await using var connection = await _fixture.Database.OpenAsync();
        await connection.ExecuteAsync("DELETE FROM settings; DELETE FROM compensation");
    }
}
