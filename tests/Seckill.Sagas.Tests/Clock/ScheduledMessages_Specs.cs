using System.Collections.Concurrent;

using Dapper;

using MassTransit;
using MassTransit.Testing;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger;
using Seckill.Ledger.Connections;
using Seckill.Sagas.Clock;
using Seckill.Sagas.Scheduling;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

/// <summary>MassTransit's scheduling contracts, kept by Quartz in MySQL.</summary>
[Collection(ClockCollection.Name)]
public sealed class ScheduledMessages_Specs(ClockDatabase databases) : IAsyncLifetime
{
    static readonly Uri Scheduler = new("queue:" + QueueNames.Scheduler);
    static readonly Uri Destination = new("queue:" + QueueNames.Compensation);

    readonly ConcurrentQueue<AttemptCompensation> _arrived = new();
    readonly List<ServiceProvider> _workers = [];
    MySqlOptions _options = new();

    public async Task InitializeAsync() => _options = await databases.NewDatabaseAsync();

    public async Task DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await ClockHosts.StopAsync(worker.GetRequiredService<ClockHost>());
            await worker.DisposeAsync();
        }

        await ClockDatabase.DropAsync(_options);
    }

    [Fact]
    public async Task Should_send_a_message_when_its_time_has_come()
    {
        var bus = await StartWorkerAsync();
        var message = new AttemptCompensation { OrderId = Guid.CreateVersion7(), Attempt = 2 };

        await bus.CreateMessageScheduler(Scheduler).ScheduleSend(Destination, DateTime.UtcNow.AddSeconds(1), message);

        await Eventually.HoldsAsync(() => _arrived.Contains(message), "the message comes");
    }

    [Fact]
    public async Task Should_send_what_was_due_while_no_worker_ran_and_only_once_for_two_workers()
    {
        using var measurements = new Measurements(ClockMetrics.MeterName);
        var first = await StartWorkerAsync();
        var messages = Enumerable.Range(1, 10).Select(x => new AttemptCompensation { OrderId = Guid.CreateVersion7(), Attempt = x }).ToList();
        foreach (var message in messages)
            await first.CreateMessageScheduler(Scheduler).ScheduleSend(Destination, DateTime.UtcNow.AddHours(1), message);
        await Eventually.HoldsAsync(async () => await TriggersAsync() == 10, "all are in MySQL");
        await StopClockAsync();
        await LetAllBeDueAsync();
        _arrived.ShouldBeEmpty();

        await StartWorkerAsync();
        await StartWorkerAsync();

        await Eventually.HoldsAsync(() => _arrived.Count >= 10, "all come");
        await Eventually.HoldsAsync(async () => await TriggersAsync() == 0, "none is left");
        _arrived.OrderBy(x => x.Attempt).ShouldBe(messages);
        measurements.Take().Where(x => x is { Name: ClockMetrics.Misfires, Tags: "schedule=messages" }).Sum(x => x.Value).ShouldBeGreaterThanOrEqualTo(10, "each was late");
    }

    [Fact]
    public async Task Should_not_send_what_was_cancelled()
    {
        var bus = await StartWorkerAsync();
        var scheduler = bus.CreateMessageScheduler(Scheduler);
        var cancelled = new AttemptCompensation { OrderId = Guid.CreateVersion7(), Attempt = 1 };
        var kept = cancelled with { Attempt = 2 };

        var scheduled = await scheduler.ScheduleSend(Destination, DateTime.UtcNow.AddHours(1), cancelled);
        await Eventually.HoldsAsync(async () => await TriggersAsync() == 1, "it is in MySQL");
        await scheduler.CancelScheduledSend(Destination, scheduled.TokenId);
        await Eventually.HoldsAsync(async () => await TriggersAsync() == 0, "it is not any more");
        await scheduler.ScheduleSend(Destination, DateTime.UtcNow.AddHours(1), kept);
        await Eventually.HoldsAsync(async () => await TriggersAsync() == 1, "the other is in MySQL");
        await StopClockAsync();
        await LetAllBeDueAsync();

        await StartWorkerAsync();

        await Eventually.HoldsAsync(async () => await TriggersAsync() == 0, "nothing is left");
        await Eventually.HoldsAsync(() => !_arrived.IsEmpty, "the other comes");
        _arrived.ShouldBe([kept]);
    }

    async Task<long> TriggersAsync()
    {
        await using var connection = await OpenAsync();
        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM QRTZ_TRIGGERS WHERE TRIGGER_GROUP = 'messages'");
    }

    /// <summary>As if the time of all that waits had come a minute ago.</summary>
    async Task LetAllBeDueAsync()
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(
            "UPDATE QRTZ_TRIGGERS SET NEXT_FIRE_TIME = @due WHERE TRIGGER_GROUP = 'messages'", new { due = DateTimeOffset.UtcNow.AddMinutes(-1).UtcTicks });
    }

    Task<LedgerConnection> OpenAsync() => new MySqlDatabase(Options.Create(_options)).OpenAsync();

    /// <summary>Stops the clock of the first worker.</summary>
    Task StopClockAsync() => ClockHosts.StopAsync(_workers[0].GetRequiredService<ClockHost>());

    async Task<IBus> StartWorkerAsync()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationManager());
        services.AddLogging();
        services.AddSingleton(Options.Create(_options));
        services.AddSingleton<MySqlDatabase>();
        services.AddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<ClockMetrics>();
        services.AddSingleton<PersistentSchedulerFactory>();
        services.AddSingleton<ClockHost>();
        services.AddFaultPoints();
        services.AddMassTransitTestHarness(bus =>
        {
            bus.AddConsumer<ScheduledMessageConsumer>();
            bus.UsingInMemory((context, memory) =>
            {
                memory.ReceiveEndpoint(QueueNames.Scheduler, x => x.ConfigureConsumer<ScheduledMessageConsumer>(context));
                memory.ReceiveEndpoint(QueueNames.Compensation, x => x.Handler<AttemptCompensation>(message =>
                {
                    _arrived.Enqueue(message.Message);
                    return Task.CompletedTask;
                }));
            });
        });
        var worker = services.BuildServiceProvider();
        _workers.Add(worker);
        await worker.GetRequiredService<ITestHarness>().Start();
        await worker.GetRequiredService<ClockHost>().StartedAsync();
        return worker.GetRequiredService<IBus>();
    }
}
