using Seckill.Sagas.Clock;
using Seckill.TestSupport;

namespace Seckill.Sagas.Tests.Clock;

/// <summary>What tests do with the clock of a worker.</summary>
static class ClockHosts
{
    /// <summary>Starts it and waits until it runs.</summary>
    public static async Task<ClockHost> StartedAsync(this ClockHost clock)
    {
        await clock.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => clock.Scheduler is not null, "the scheduler runs");
        return clock;
    }

    public static Task StopAsync(params ClockHost[] clocks) => Task.WhenAll(clocks.Select(x => x.StopAsync(CancellationToken.None)));

    /// <summary>When the first of its jobs fires next.</summary>
    public static async Task<DateTimeOffset> NextAsync(this ClockHost clock)
        => (await clock.Scheduler!.GetTrigger(clock.Jobs[0].TriggerKey))!.GetNextFireTimeUtc()!.Value;
}
