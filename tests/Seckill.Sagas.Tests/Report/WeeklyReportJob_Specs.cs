using System.Collections.Concurrent;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

using Quartz;

using Seckill.Ledger;
using Seckill.Operations;
using Seckill.Operations.Alerts;
using Seckill.Operations.Postgres;
using Seckill.Operations.Report;
using Seckill.Sagas.Clock;
using Seckill.Sagas.Report;
using Seckill.Sagas.Tests.Clock;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Report;

[Collection(ClockCollection.Name)]
public sealed class WeeklyReportJob_Specs(ClockDatabase databases) : IAsyncLifetime
{
    readonly Told _told = new();
    readonly List<ServiceProvider> _workers = [];
    readonly string _folder = Directory.CreateTempSubdirectory("seckill-report-").FullName;
    readonly string _database = PostgresServer.NewDatabase();
    PostgresServer _postgres = null!;
    MySqlOptions _options = new();

    public async Task InitializeAsync()
    {
        _options = await databases.NewDatabaseAsync();
        _postgres = await PostgresServer.StartPrivateAsync();
        await using var services = NewServices();
        await services.GetRequiredService<PostgresSchemaMigrator>().MigrateAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        await _postgres.DisposeAsync();
        await ClockDatabase.DropAsync(_options);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Should_be_sent_on_Monday_morning_or_when_configuration_says()
    {
        using var byDefault = NewServices();
        using var changed = NewServices(("Report:Weekday", "Friday"), ("Report:Hour", "17"));

        byDefault.GetServices<ClockJob>().ShouldHaveSingleItem().ShouldBe(new ClockJob(typeof(WeeklyReportJob), new CronTimes("0 0 1 ? * MON")));
        changed.GetServices<ClockJob>().ShouldHaveSingleItem().Schedule.ShouldBe(new CronTimes("0 0 17 ? * FRI"));
        typeof(WeeklyReportJob).IsDefined(typeof(DisallowConcurrentExecutionAttribute), true).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_be_about_the_last_week_that_is_over_and_be_sent_once()
    {
        var first = await StartWorkerAsync();
        var second = await StartWorkerAsync();

        await first.Scheduler!.TriggerJob(first.Jobs[0].JobKey);
        await Eventually.HoldsAsync(() => Task.FromResult(_told.All.Count > 0), "the report");
        await second.Scheduler!.TriggerJob(second.Jobs[0].JobKey);
        await Eventually.HoldsAsync(async () => await RunsAsync(first) + await RunsAsync(second) == 2, "one of them has begun the second run, which ends before it does");
        await ClockHosts.StopAsync(first, second);

        var alert = _told.All.ShouldHaveSingleItem();
        alert.Kind.ShouldBe(AlertKinds.WeeklyReport);
        IsoWeek.Parse(alert.Key).Before.ShouldBeLessThanOrEqualTo(DateTimeOffset.UtcNow);
        IsoWeek.Parse(alert.Key).Before.ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddDays(-7));
    }

    [Fact]
    public async Task Should_try_the_same_week_again_when_PostgreSQL_is_away()
    {
        await _postgres.StopAsync();
        var worker = await StartWorkerAsync();
        var scheduler = worker.Scheduler!;
        var job = worker.Jobs[0].JobKey;

        await scheduler.TriggerJob(job);
        await Eventually.HoldsAsync(async () => (await RepeatsAsync(scheduler, job)).Count == 1, "a second try is stored");

        var again = (await RepeatsAsync(scheduler, job)).Single();
        var week = again.JobDataMap.GetString(WeeklyReportJob.Week)!;
        again.GetNextFireTimeUtc()!.Value.ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(5));
        _told.All.ShouldBeEmpty();

        await _postgres.RestartAsync();
        await scheduler.RescheduleJob(again.Key, again.GetTriggerBuilder().StartNow().Build());
        await Eventually.HoldsAsync(() => Task.FromResult(_told.All.Count > 0), "the report");
        await ClockHosts.StopAsync(worker);

        _told.All.ShouldHaveSingleItem().Key.ShouldBe(week);
    }

    static async Task<int> RunsAsync(ClockHost worker) => (await worker.Scheduler!.GetMetaData()).NumberOfJobsExecuted;

    static async Task<IReadOnlyList<ITrigger>> RepeatsAsync(IScheduler scheduler, JobKey job)
        => (await scheduler.GetTriggersOfJob(job)).Where(x => x.JobDataMap.ContainsKey(WeeklyReportJob.Week)).ToList();

    ServiceProvider NewServices(params (string Key, string Value)[] settings)
    {
        var services = ClockDatabase.Services(_options, [.. _postgres.Settings(_database), ("Compensation:LogPath", _folder), .. settings]);
        services.AddOperations();
        services.RemoveAll<IAlerts>();
        services.AddSingleton<IAlerts>(_told);
        services.AddWeeklyReportSchedule();
        services.AddMetrics();
        services.AddSingleton<ClockMetrics>();
        services.AddSingleton<PersistentSchedulerFactory>();
        services.AddSingleton<ClockHost>();
        return services.BuildServiceProvider();
    }

    Task<ClockHost> StartWorkerAsync()
    {
        var services = NewServices();
        _workers.Add(services);
        return services.GetRequiredService<ClockHost>().StartedAsync();
    }

    sealed class Told : IAlerts
    {
        readonly ConcurrentQueue<Alert> _all = [];

        public IReadOnlyList<Alert> All => [.. _all];

        public Task RaiseAsync(Alert alert, CancellationToken cancellationToken = default)
        {
            _all.Enqueue(alert);
            return Task.CompletedTask;
        }
    }
}
