using Quartz;

namespace Seckill.Sagas.Clock;

/// <summary>A job of the clock and when it runs.</summary>
/// <param name="Type">The job's class, an <see cref="IJob"/>. Its name is stored; what has none of the names of a worker that starts is removed.</param>
/// <param name="Schedule">When it fires.</param>
public sealed record ClockJob(Type Type, ClockSchedule Schedule)
{
    /// <summary>Group of all keys of the clock.</summary>
    public const string Group = "clock";

    /// <summary>The job's key in the store.</summary>
    public JobKey JobKey { get; } = new(Type.Name, Group);

    /// <summary>The key of its only lasting trigger.</summary>
    public TriggerKey TriggerKey { get; } = new(Type.Name, Group);

    /// <summary>
    /// Makes sure that the job is in the store with this schedule, and leaves one that is right already as it is. Workers that start
    /// together may all call it.
    /// </summary>
    public async Task EnsureScheduledAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        var job = JobBuilder.Create(Type).WithIdentity(JobKey).StoreDurably().RequestRecovery(Schedule.RecoversFirings).Build();
        var trigger = TriggerBuilder.Create()
            .WithIdentity(TriggerKey)
            .ForJob(JobKey)
            .StartNow()
            .WithSchedule(Schedule.Builder())
            .Build();

        await scheduler.AddJob(job, replace: true, cancellationToken);
        var stored = await scheduler.GetTrigger(TriggerKey, cancellationToken);
        if (stored is null)
        {
            try
            {
                await scheduler.ScheduleJob(trigger, cancellationToken);
            }
            catch (ObjectAlreadyExistsException)
            {
                // Another worker that starts at the same time scheduled it between the two calls, from the same code.
            }
        }
        else if (!Schedule.Is(stored))
        {
            await scheduler.RescheduleJob(TriggerKey, trigger, cancellationToken);
        }
        else if (await scheduler.GetTriggerState(TriggerKey, cancellationToken) == TriggerState.Error)
        {
            // A worker that didn't know the job's class (of an older version, say) had taken it.
            await scheduler.ResetTriggerFromErrorState(TriggerKey, cancellationToken);
        }
    }
}
