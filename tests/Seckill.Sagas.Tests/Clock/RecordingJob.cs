using System.Collections.Concurrent;

using Quartz;

namespace Seckill.Sagas.Tests.Clock;

/// <summary>What the schedulers of a test fired.</summary>
public sealed class Firings
{
    readonly ConcurrentQueue<(string Instance, DateTimeOffset Scheduled)> _all = [];
    int _running;

    public IReadOnlyList<(string Instance, DateTimeOffset Scheduled)> All => [.. _all];

    public int MostAtOnce { get; private set; }

    /// <summary>What a firing does before it ends.</summary>
    public Func<Task> During { get; set; } = async () => await Task.Yield();

    public async Task RecordAsync(IJobExecutionContext context)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        _all.Enqueue((context.Scheduler.SchedulerInstanceId, context.ScheduledFireTimeUtc!.Value));
        await During();
        Interlocked.Decrement(ref _running);
    }
}

/// <summary>Notes each firing.</summary>
[DisallowConcurrentExecution]
public sealed class RecordingJob(Firings firings) : IJob
{
    public Task Execute(IJobExecutionContext context) => firings.RecordAsync(context);
}
