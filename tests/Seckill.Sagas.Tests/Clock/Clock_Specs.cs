using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

using Quartz;

using Seckill.Sagas.Clock;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

[Collection(ClockCollection.Name)]
public class Clock_Specs(ClockDatabase databases) : IAsyncLifetime
{
    static readonly EveryInterval Second = new(TimeSpan.FromSeconds(1));
    static readonly EveryInterval Hour = new(TimeSpan.FromHours(1));

    ClockWorkers _workers = null!;

    Firings Firings => _workers.Firings;

    public async Task InitializeAsync() => _workers = await ClockWorkers.NewAsync(databases);

    public async Task DisposeAsync() => await _workers.DisposeAsync();

    [Fact]
    public async Task Should_fire_once_for_all_workers()
    {
        var first = await _workers.StartAsync(Second);
        var second = await _workers.StartAsync(Second);

        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count >= 6), "six firings");
        await ClockHosts.StopAsync(first, second);

        Firings.All.Select(x => x.Scheduled).ShouldBeUnique();
        Firings.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task Should_hand_over_to_another_worker_when_one_stops()
    {
        var first = await _workers.StartAsync(Second);
        var second = await _workers.StartAsync(Second);
        var survivor = second.Scheduler!.SchedulerInstanceId;
        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count > 0), "a firing");

        await ClockHosts.StopAsync(first);

        var before = Firings.All.Count;
        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count >= before + 2), "two more firings");
        Firings.All.Skip(before + 1).ShouldAllBe(x => x.Instance == survivor);
        await ClockHosts.StopAsync(second);
    }

    [Fact]
    public async Task Should_keep_the_schedule_over_a_restart()
    {
        await ClockHosts.StopAsync(await StartedAndFiredAsync(Hour));
        var before = await TriggerAsync();

        await ClockHosts.StopAsync(await _workers.StartAsync(Hour));

        (await TriggerAsync()).ShouldBe(before);
        Firings.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_reschedule_when_the_interval_changed()
    {
        await ClockHosts.StopAsync(await StartedAndFiredAsync(Hour));

        await ClockHosts.StopAsync(await StartedAndFiredAsync(new EveryInterval(2 * Hour.Interval)));

        (await TriggerAsync()).Interval.ShouldBe(2 * (long)Hour.Interval.TotalMilliseconds);
    }

    [Fact]
    public async Task Should_fire_once_for_all_that_an_outage_missed()
    {
        await ClockHosts.StopAsync(await StartedAndFiredAsync(Hour));
        // As if ten hours had passed since.
        await _workers.ExecuteAsync("UPDATE QRTZ_TRIGGERS SET NEXT_FIRE_TIME = NEXT_FIRE_TIME - @ticks", new { ticks = 10 * Hour.Interval.Ticks });

        var worker = await StartedAndFiredAsync(Hour);

        (await worker.NextAsync()).ShouldBeGreaterThan(DateTimeOffset.UtcNow + Hour.Interval - TimeSpan.FromMinutes(1));
        await ClockHosts.StopAsync(worker);
        Firings.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Should_wake_a_trigger_that_an_older_worker_could_not_run()
    {
        await ClockHosts.StopAsync(await StartedAndFiredAsync(Second));
        await _workers.ExecuteAsync("UPDATE QRTZ_TRIGGERS SET TRIGGER_STATE = 'ERROR'");

        await ClockHosts.StopAsync(await StartedAndFiredAsync(Second));
    }

    [Fact]
    public async Task Should_remove_a_job_that_an_earlier_release_had()
    {
        await ClockHosts.StopAsync(await StartedAndFiredAsync(Hour));
        await _workers.ExecuteAsync("""
            SET FOREIGN_KEY_CHECKS = 0;
            UPDATE QRTZ_JOB_DETAILS SET JOB_NAME = 'GoneJob', JOB_CLASS_NAME = 'Seckill.Sagas.GoneJob, Seckill.Sagas';
            UPDATE QRTZ_TRIGGERS SET JOB_NAME = 'GoneJob', TRIGGER_NAME = 'GoneJob';
            UPDATE QRTZ_SIMPLE_TRIGGERS SET TRIGGER_NAME = 'GoneJob'
            """);

        await ClockHosts.StopAsync(await StartedAndFiredAsync(Hour));

        (await _workers.ReadAsync<string>("SELECT JOB_NAME FROM QRTZ_JOB_DETAILS")).ShouldBe(nameof(RecordingJob));
        (await _workers.ReadAsync<string>("SELECT JOB_NAME FROM QRTZ_TRIGGERS")).ShouldBe(nameof(RecordingJob));
    }

    [Fact]
    public async Task Should_keep_job_data_as_strings_that_another_worker_reads()
    {
        var first = await _workers.StartAsync(Hour);
        var second = await _workers.StartAsync(Hour);
        var key = new JobKey("with data");
        var job = JobBuilder.Create<RecordingJob>().WithIdentity(key).StoreDurably().UsingJobData("who", "秒杀").Build();

        await first.Scheduler!.AddJob(job, replace: false);

        (await second.Scheduler!.GetJobDetail(key))!.JobDataMap.GetString("who").ShouldBe("秒杀");
        await ClockHosts.StopAsync(first, second);
    }

    [Fact]
    public async Task Should_stop_although_the_end_of_a_firing_cannot_be_written()
    {
        await using var gate = new TcpGate(_workers.MySql.Port);
        gate.Open();
        var worker = _workers.New(Hour, _workers.MySql.Through(gate.Port));
        Firings.During = gate.CloseAsync;
        await worker.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count > 0), "a firing");

        await ClockHosts.StopAsync(worker).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Should_wait_for_MySQL_and_say_so_meanwhile()
    {
        await using var gate = new TcpGate(_workers.MySql.Port);
        var worker = _workers.New(Second, _workers.MySql.Through(gate.Port));
        await worker.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => Task.FromResult(worker.LastFailure is not null), "the first attempt failed");
        (await HealthAsync(worker)).ShouldBe(HealthStatus.Unhealthy);

        gate.Open();

        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count > 0), "a firing");
        await Eventually.HoldsAsync(async () => await HealthAsync(worker) == HealthStatus.Healthy, "healthy");

        await gate.CloseAsync();
        await Eventually.HoldsAsync(async () => await HealthAsync(worker) == HealthStatus.Unhealthy, "unhealthy without MySQL");

        gate.Open();
        var before = Firings.All.Count;
        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count > before), "it fires again");
        await Eventually.HoldsAsync(async () => await HealthAsync(worker) == HealthStatus.Healthy, "healthy again");
        await ClockHosts.StopAsync(worker);
    }

    [Fact]
    public async Task Should_wait_for_the_schema()
    {
        await _workers.ExecuteAsync("RENAME TABLE QRTZ_LOCKS TO hidden_locks");
        var worker = _workers.New(Second);
        await worker.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => Task.FromResult(worker.LastFailure is not null), "the first attempt failed");

        await _workers.ExecuteAsync("RENAME TABLE hidden_locks TO QRTZ_LOCKS");

        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count > 0), "a firing");
        await ClockHosts.StopAsync(worker);
    }

    [Fact]
    public async Task Should_be_degraded_when_a_job_will_not_fire()
    {
        var worker = await _workers.StartAsync(Hour);

        await worker.Scheduler!.PauseTrigger(worker.Jobs[0].TriggerKey);

        (await HealthAsync(worker)).ShouldBe(HealthStatus.Degraded);
        await ClockHosts.StopAsync(worker);
    }

    [Fact]
    public async Task Should_run_each_of_its_jobs_on_one_worker_at_a_time()
    {
        await using var services = ClockDatabase.Services(_workers.MySql).AddTransactionClock().BuildServiceProvider();

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
        using var services = ClockDatabase.Services(_workers.MySql, ("Clock:SuspendedScanSeconds", "0")).AddTransactionClock().BuildServiceProvider();

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<ClockOptions>>().Value)
            .Message.ShouldContain("must be from 1 to 3600 seconds");
    }

    async Task<ClockHost> StartedAndFiredAsync(EveryInterval schedule)
    {
        var before = Firings.All.Count;
        var worker = await _workers.StartAsync(schedule);
        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count > before), "a firing");
        return worker;
    }

    static async Task<HealthStatus> HealthAsync(ClockHost worker)
        => (await new ClockHealthCheck(worker).CheckHealthAsync(new HealthCheckContext())).Status;

    Task<(long Start, long Next, long Interval)> TriggerAsync() => _workers.ReadAsync<(long, long, long)>(
        "SELECT START_TIME, NEXT_FIRE_TIME, REPEAT_INTERVAL FROM QRTZ_TRIGGERS JOIN QRTZ_SIMPLE_TRIGGERS USING (SCHED_NAME, TRIGGER_NAME, TRIGGER_GROUP)");
}
