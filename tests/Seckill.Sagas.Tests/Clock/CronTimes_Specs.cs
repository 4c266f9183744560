using Dapper;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Ledger;
using Seckill.Sagas.Clock;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

[Collection(ClockCollection.Name)]
public sealed class CronTimes_Specs(ClockDatabase databases) : IAsyncLifetime
{
    const string EverySecond = "* * * * * ?";

    // So far away that no test run meets it.
    const string Rarely = "0 0 0 1 1 ? 2045";

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

    [Theory]
    [InlineData(DayOfWeek.Monday, 1, "0 0 1 ? * MON")]
    [InlineData(DayOfWeek.Sunday, 23, "0 0 23 ? * SUN")]
    public void Should_write_a_weekly_time_as_cron(DayOfWeek day, int hour, string expression)
        => CronTimes.Weekly(day, hour).Expression.ShouldBe(expression);

    [Fact]
    public async Task Should_wait_for_its_first_time_and_mean_UTC()
    {
        var worker = await StartWorkerAsync(CronTimes.Weekly(DayOfWeek.Monday, 1));

        var next = (await worker.Scheduler!.GetTrigger(worker.Jobs[0].TriggerKey))!.GetNextFireTimeUtc()!.Value;
        await StopAsync(worker);

        (next.DayOfWeek, next.TimeOfDay, next.Offset).ShouldBe((DayOfWeek.Monday, TimeSpan.FromHours(1), TimeSpan.Zero));
        (next - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromDays(7));
        _firings.All.ShouldBeEmpty();
        (await TimeZoneAsync()).ShouldBe("UTC");
    }

    [Fact]
    public async Task Should_fire_once_for_all_workers()
    {
        var first = await StartWorkerAsync(new CronTimes(EverySecond));
        var second = await StartWorkerAsync(new CronTimes(EverySecond));

        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count >= 6), "six firings");
        await StopAsync(first, second);

        _firings.All.Select(x => x.Scheduled).ShouldBeUnique();
        _firings.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task Should_fire_once_for_all_that_an_outage_missed()
    {
        await StopAsync(await StartWorkerAsync(new CronTimes(Rarely)));
        // As if its time had come while no worker was there.
        await ExecuteAsync(
            "UPDATE QRTZ_TRIGGERS SET NEXT_FIRE_TIME = @missed, START_TIME = @missed - 1", new { missed = DateTimeOffset.UtcNow.AddDays(-20).UtcTicks });

        var worker = await StartWorkerAsync(new CronTimes(Rarely));
        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count > 0), "a firing");

        var next = (await worker.Scheduler!.GetTrigger(worker.Jobs[0].TriggerKey))!.GetNextFireTimeUtc()!.Value;
        await StopAsync(worker);
        next.ShouldBe(new DateTimeOffset(2045, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _firings.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_keep_the_schedule_over_a_restart()
    {
        await StopAsync(await StartWorkerAsync(new CronTimes(Rarely)));
        var before = await TriggerAsync();

        await StopAsync(await StartWorkerAsync(new CronTimes(Rarely)));

        (await TriggerAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Should_reschedule_when_the_times_changed()
    {
        await StopAsync(await StartWorkerAsync(CronTimes.Weekly(DayOfWeek.Monday, 1)));

        var worker = await StartWorkerAsync(CronTimes.Weekly(DayOfWeek.Thursday, 13));

        var next = (await worker.Scheduler!.GetTrigger(worker.Jobs[0].TriggerKey))!.GetNextFireTimeUtc()!.Value;
        await StopAsync(worker);
        (next.DayOfWeek, next.Hour).ShouldBe((DayOfWeek.Thursday, 13));
        (await TriggerAsync()).Expression.ShouldBe("0 0 13 ? * THU");
    }

    [Fact]
    public async Task Should_turn_an_interval_into_times_and_back()
    {
        await StopAsync(await StartWorkerAsync(new EveryInterval(TimeSpan.FromHours(1))));

        await StopAsync(await StartWorkerAsync(new CronTimes(Rarely)));
        (await TriggerAsync()).Expression.ShouldBe(Rarely);

        var before = _firings.All.Count;
        var worker = await StartWorkerAsync(new EveryInterval(TimeSpan.FromHours(1)));
        await Eventually.HoldsAsync(() => Task.FromResult(_firings.All.Count > before), "a firing");
        await StopAsync(worker);
    }

    [Fact]
    public async Task Should_have_another_worker_make_up_for_a_firing_whose_worker_died()
    {
        var worker = await StartWorkerAsync(new CronTimes(Rarely));

        (await worker.Scheduler!.GetJobDetail(worker.Jobs[0].JobKey))!.RequestsRecovery.ShouldBeTrue();

        await StopAsync(worker);
    }

    async Task<ClockHost> StartWorkerAsync(ClockSchedule schedule)
    {
        var services = ClockDatabase.Services(_options)
            .AddSingleton(_firings)
            .AddSingleton(new ClockJob(typeof(RecordingJob), schedule))
            .AddSingleton<PersistentSchedulerFactory>()
            .AddSingleton<ClockHost>()
            .BuildServiceProvider();
        _workers.Add(services);
        var worker = services.GetRequiredService<ClockHost>();
        await worker.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => Task.FromResult(worker.Scheduler is not null), "the scheduler runs");
        return worker;
    }

    static Task StopAsync(params ClockHost[] workers) => Task.WhenAll(workers.Select(x => x.StopAsync(CancellationToken.None)));

    async Task<(long Start, long Next, string Expression)> TriggerAsync()
    {
        await using var connection = await new MySqlDatabase(Options.Create(_options)).OpenAsync();
        return await connection.QuerySingleAsync<(long, long, string)>(
            "SELECT START_TIME, NEXT_FIRE_TIME, CRON_EXPRESSION FROM QRTZ_TRIGGERS JOIN QRTZ_CRON_TRIGGERS USING (SCHED_NAME, TRIGGER_NAME, TRIGGER_GROUP)");
    }

    async Task<string> TimeZoneAsync()
    {
        await using var connection = await new MySqlDatabase(Options.Create(_options)).OpenAsync();
        return await connection.QuerySingleAsync<string>("SELECT TIME_ZONE_ID FROM QRTZ_CRON_TRIGGERS");
    }

    async Task ExecuteAsync(string sql, object parameters)
    {
        await using var connection = await new MySqlDatabase(Options.Create(_options)).OpenAsync();
        await connection.ExecuteAsync(sql, parameters);
    }
}
