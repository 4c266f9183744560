using Seckill.Sagas.Clock;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

[Collection(ClockCollection.Name)]
public sealed class CronTimes_Specs(ClockDatabase databases) : IAsyncLifetime
{
    const string EverySecond = "* * * * * ?";

    // So far away that no test run meets it.
    const string Rarely = "0 0 0 1 1 ? 2045";

    ClockWorkers _workers = null!;

    Firings Firings => _workers.Firings;

    public async Task InitializeAsync() => _workers = await ClockWorkers.NewAsync(databases);

    public async Task DisposeAsync() => await _workers.DisposeAsync();

    [Theory]
    [InlineData(DayOfWeek.Monday, 1, "0 0 1 ? * MON")]
    [InlineData(DayOfWeek.Sunday, 23, "0 0 23 ? * SUN")]
    public void Should_write_a_weekly_time_as_cron(DayOfWeek day, int hour, string expression)
        => CronTimes.Weekly(day, hour).Expression.ShouldBe(expression);

    [Fact]
    public async Task Should_wait_for_its_first_time_and_mean_UTC()
    {
        var worker = await _workers.StartAsync(CronTimes.Weekly(DayOfWeek.Monday, 1));

        var next = await worker.NextAsync();
        await ClockHosts.StopAsync(worker);

        (next.DayOfWeek, next.TimeOfDay, next.Offset).ShouldBe((DayOfWeek.Monday, TimeSpan.FromHours(1), TimeSpan.Zero));
        (next - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromDays(7));
        Firings.All.ShouldBeEmpty();
        (await _workers.ReadAsync<string>("SELECT TIME_ZONE_ID FROM QRTZ_CRON_TRIGGERS")).ShouldBe("UTC");
    }

    [Fact]
    public async Task Should_fire_once_for_all_workers()
    {
        var first = await _workers.StartAsync(new CronTimes(EverySecond));
        var second = await _workers.StartAsync(new CronTimes(EverySecond));

        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count >= 6), "six firings");
        await ClockHosts.StopAsync(first, second);

        Firings.All.Select(x => x.Scheduled).ShouldBeUnique();
        Firings.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task Should_fire_once_for_all_that_an_outage_missed()
    {
        await ClockHosts.StopAsync(await _workers.StartAsync(new CronTimes(Rarely)));
        // As if its time had come while no worker was there.
        await _workers.ExecuteAsync(
            "UPDATE QRTZ_TRIGGERS SET NEXT_FIRE_TIME = @missed, START_TIME = @missed - 1", new { missed = DateTimeOffset.UtcNow.AddDays(-20).UtcTicks });

        var worker = await _workers.StartAsync(new CronTimes(Rarely));
        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count > 0), "a firing");

        var next = await worker.NextAsync();
        await ClockHosts.StopAsync(worker);
        next.ShouldBe(new DateTimeOffset(2045, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Firings.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_keep_the_schedule_over_a_restart()
    {
        await ClockHosts.StopAsync(await _workers.StartAsync(new CronTimes(Rarely)));
        var before = await TriggerAsync();

        await ClockHosts.StopAsync(await _workers.StartAsync(new CronTimes(Rarely)));

        (await TriggerAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Should_reschedule_when_the_times_changed()
    {
        await ClockHosts.StopAsync(await _workers.StartAsync(CronTimes.Weekly(DayOfWeek.Monday, 1)));

        var worker = await _workers.StartAsync(CronTimes.Weekly(DayOfWeek.Thursday, 13));

        var next = await worker.NextAsync();
        await ClockHosts.StopAsync(worker);
        (next.DayOfWeek, next.Hour).ShouldBe((DayOfWeek.Thursday, 13));
        (await TriggerAsync()).Expression.ShouldBe("0 0 13 ? * THU");
    }

    [Fact]
    public async Task Should_turn_an_interval_into_times_and_back()
    {
        await ClockHosts.StopAsync(await _workers.StartAsync(new EveryInterval(TimeSpan.FromHours(1))));

        await ClockHosts.StopAsync(await _workers.StartAsync(new CronTimes(Rarely)));
        (await TriggerAsync()).Expression.ShouldBe(Rarely);

        var before = Firings.All.Count;
        var worker = await _workers.StartAsync(new EveryInterval(TimeSpan.FromHours(1)));
        await Eventually.HoldsAsync(() => Task.FromResult(Firings.All.Count > before), "a firing");
        await ClockHosts.StopAsync(worker);
    }

    [Fact]
    public async Task Should_have_another_worker_make_up_for_a_firing_whose_worker_died()
    {
        var worker = await _workers.StartAsync(new CronTimes(Rarely));

        (await worker.Scheduler!.GetJobDetail(worker.Jobs[0].JobKey))!.RequestsRecovery.ShouldBeTrue();

        await ClockHosts.StopAsync(worker);
    }

    Task<(long Start, long Next, string Expression)> TriggerAsync() => _workers.ReadAsync<(long, long, string)>(
        "SELECT START_TIME, NEXT_FIRE_TIME, CRON_EXPRESSION FROM QRTZ_TRIGGERS JOIN QRTZ_CRON_TRIGGERS USING (SCHED_NAME, TRIGGER_NAME, TRIGGER_GROUP)");
}
