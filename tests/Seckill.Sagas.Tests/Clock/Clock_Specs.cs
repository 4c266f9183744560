using Dapper;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

using Quartz;

using Seckill.Ledger;
using Seckill.Sagas.Clock;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

[Collection(ClockCollection.Name)]
public class Clock_Specs(ClockDatabase databases) : IAsyncLifetime
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    readonly Firings _firings = new();
    readonly List<ServiceProvider> _workers = [];
    MySqlOptions _options = new();

    public async Task InitializeAsync() => _options = await databases.NewDatabaseAsync();

    public async Task DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        await ClockDatabase.DropAsync(_options);
    }

    [Fact]
    public async Task Should_fire_once_for_all_workers()
    {
        var first = await StartWorkerAsync(Second);
        var second = await StartWorkerAsync(Second);

        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count >= 6), "six firings");
        await StopAsync(first, second);

        _firings.All.Select(x => x.Scheduled).ShouldBeUnique();
        _firings.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task Should_hand_over_to_another_worker_when_one_stops()
    {
        var first = await StartWorkerAsync(Second);
        var second = await StartWorkerAsync(Second);
        var survivor = second.Scheduler!.SchedulerInstanceId;
        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count > 0), "a firing");

        await StopAsync(first);

        var before = _firings.All.Count;
        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count >= before + 2), "two more firings");
        _firings.All.Skip(before + 1).ShouldAllBe(x => x.Instance == survivor);
        await StopAsync(second);
    }

    [Fact]
    public async Task Should_keep_the_schedule_over_a_restart()
    {
        await StopAsync(await StartedAndFiredAsync(Hour));
        var before = await TriggerAsync();

        await StopAsync(await StartWorkerAsync(Hour));

        (await TriggerAsync()).ShouldBe(before);
        _firings.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_reschedule_when_the_interval_changed()
    {
        await StopAsync(await StartedAndFiredAsync(Hour));

        await StopAsync(await StartedAndFiredAsync(2 * Hour));

        (await TriggerAsync()).Interval.ShouldBe(2 * (long)Hour.TotalMilliseconds);
    }

    [Fact]
    public async Task Should_fire_once_for_all_that_an_outage_missed()
    {
        await StopAsync(await StartedAndFiredAsync(Hour));
        // As if ten hours had passed since.
        await ExecuteAsync("UPDATE QRTZ_TRIGGERS SET NEXT_FIRE_TIME = NEXT_FIRE_TIME - @ticks", new { ticks = 10 * Hour.Ticks });

        var worker = await StartedAndFiredAsync(Hour);

        var next = (await worker.Scheduler!.GetTrigger(worker.Jobs[0].TriggerKey))!.GetNextFireTimeUtc()!.Value;
        next.ShouldBeGreaterThan(DateTimeOffset.UtcNow + Hour - TimeSpan.FromMinutes(1));
        await StopAsync(worker);
        _firings.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Should_wake_a_trigger_that_an_older_worker_could_not_run()
    {
        await StopAsync(await StartedAndFiredAsync(Second));
        await ExecuteAsync("UPDATE QRTZ_TRIGGERS SET TRIGGER_STATE = 'ERROR'");

        await StopAsync(await StartedAndFiredAsync(Second));
    }

    [Fact]
    public async Task Should_keep_job_data_as_strings_that_another_worker_reads()
    {
        var first = await StartWorkerAsync(Hour);
        var second = await StartWorkerAsync(Hour);
        var key = new JobKey("with data");
        var job = JobBuilder.Create<RecordingJob>().WithIdentity(key).StoreDurably().UsingJobData("who", "秒杀").Build();

        await first.Scheduler!.AddJob(job, replace: false);

        (await second.Scheduler!.GetJobDetail(key))!.JobDataMap.GetString("who").ShouldBe("秒杀");
        await StopAsync(first, second);
    }

    [Fact]
    public async Task Should_stop_although_the_end_of_a_firing_cannot_be_written()
    {
        await using var gate = new TcpGate(_options.Port);
        gate.Open();
        var worker = NewWorker(_options.Through(gate.Port), Hour);
        _firings.During = gate.CloseAsync;
        await worker.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count > 0), "a firing");

        await StopAsync(worker).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Should_wait_for_MySQL_and_say_so_meanwhile()
    {
        await using var gate = new TcpGate(_options.Port);
        var worker = NewWorker(_options.Through(gate.Port), Second);
        await worker.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => Task.FromResult(worker.LastFailure is not null), "the first attempt failed");
        (await HealthAsync(worker)).ShouldBe(HealthStatus.Unhealthy);

        gate.Open();

        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count > 0), "a firing");
        await Eventually.HoldsAsync(async () => await HealthAsync(worker) == HealthStatus.Healthy, "healthy");

        await gate.CloseAsync();
        await Eventually.HoldsAsync(async () => await HealthAsync(worker) == HealthStatus.Unhealthy, "unhealthy without MySQL");

        gate.Open();
        var before = _firings.All.Count;
        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count > before), "it fires again");
        await Eventually.HoldsAsync(async () => await HealthAsync(worker) == HealthStatus.Healthy, "healthy again");
        await StopAsync(worker);
    }

    [Fact]
    public async Task Should_wait_for_the_schema()
    {
        await ExecuteAsync("RENAME TABLE QRTZ_LOCKS TO hidden_locks");
        var worker = NewWorker(_options, Second);
        await worker.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => Task.FromResult(worker.LastFailure is not null), "the first attempt failed");

        await ExecuteAsync("RENAME TABLE hidden_locks TO QRTZ_LOCKS");

        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count > 0), "a firing");
        await StopAsync(worker);
    }

    [Fact]
    public async Task Should_be_degraded_when_a_job_will_not_fire()
    {
        var worker = await StartWorkerAsync(Hour);

        await worker.Scheduler!.PauseTrigger(worker.Jobs[0].TriggerKey);

        (await HealthAsync(worker)).ShouldBe(HealthStatus.Degraded);
        await StopAsync(worker);
    }

    [Fact]
    public async Task Should_run_each_of_its_jobs_on_one_worker_at_a_time()
    {
        await using var services = ClockDatabase.Services(_options).AddTransactionClock().BuildServiceProvider();

        var jobs = services.GetServices<ClockJob>().ToList();

        jobs.Select(x => (x.Type.Name, ((EveryInterval)x.Schedule).Interval.TotalSeconds)).ShouldBe(
            [("SuspendedTransactionsJob", 10), ("PaymentDeadlineJob", 5), ("UnfinishedTransactionsJob", 10)]);
        jobs.ShouldAllBe(x => x.Type.IsDefined(typeof(DisallowConcurrentExecutionAttribute), true));
        foreach (var job in jobs)
            ActivatorUtilities.CreateInstance(services, job.Type).ShouldBeAssignableTo<IJob>();
    }

    [Fact]
    public void Should_refuse_settings_that_make_no_sense()
    {
        using var services = ClockDatabase.Services(_options, ("Clock:SuspendedScanSeconds", "0")).AddTransactionClock().BuildServiceProvider();

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<ClockOptions>>().Value)
            .Message.ShouldContain("must be from 1 to 3600 seconds");
    }

    ClockHost NewWorker(MySqlOptions options, TimeSpan interval) => NewWorker(options, new EveryInterval(interval));

    ClockHost NewWorker(MySqlOptions options, ClockSchedule schedule)
    {
        var services = ClockDatabase.Services(options)
            .AddSingleton(_firings)
            .AddSingleton(new ClockJob(typeof(RecordingJob), schedule))
            .AddSingleton<PersistentSchedulerFactory>()
            .AddSingleton<ClockHost>()
            .BuildServiceProvider();
        _workers.Add(services);
        return services.GetRequiredService<ClockHost>();
    }

    async Task<ClockHost> StartWorkerAsync(TimeSpan interval)
    {
        var worker = NewWorker(_options, interval);
        await worker.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => Task.FromResult(worker.Scheduler is not null), "the scheduler runs");
        return worker;
    }

    async Task<ClockHost> StartedAndFiredAsync(TimeSpan interval)
    {
        var before = _firings.All.Count;
        var worker = await StartWorkerAsync(interval);
        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count > before), "a firing");
        return worker;
    }

    static Task StopAsync(params ClockHost[] workers) => Task.WhenAll(workers.Select(x => x.StopAsync(CancellationToken.None)));

    static async Task<HealthStatus> HealthAsync(ClockHost worker)
        => (await new ClockHealthCheck(worker).CheckHealthAsync(new HealthCheckContext())).Status;

    async Task<(long Start, long Next, long Interval)> TriggerAsync()
    {
        await using var connection = await new MySqlDatabase(Options.Create(_options)).OpenAsync();
        return await connection.QuerySingleAsync<(long, long, long)>(
            "SELECT START_TIME, NEXT_FIRE_TIME, REPEAT_INTERVAL FROM QRTZ_TRIGGERS JOIN QRTZ_SIMPLE_TRIGGERS USING (SCHED_NAME, TRIGGER_NAME, TRIGGER_GROUP)");
    }

    async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await new MySqlDatabase(Options.Create(_options)).OpenAsync();
        await connection.ExecuteAsync(sql, parameters);
    }
}
