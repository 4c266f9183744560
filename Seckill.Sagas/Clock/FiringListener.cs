using Quartz;
using Quartz.Listener;

namespace Seckill.Sagas.Clock;

/// <summary>Counts what Quartz fires on this worker, and what it could not fire in time.</summary>
sealed class FiringListener(ClockMetrics metrics) : TriggerListenerSupport
{
    /// <summary>What the schedules of single messages are called together: each has a name of its own.</summary>
    internal const string Messages = "messages";

    public override string Name => nameof(FiringListener);

    public override Task TriggerFired(ITrigger trigger, IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        metrics.AddFired(JobOf(trigger));
        // A message is sent however late it is, and Quartz has no misfire for what it fires all the same.
        if (trigger.MisfireInstruction == MisfireInstruction.IgnoreMisfirePolicy && context.FireTimeUtc - context.ScheduledFireTimeUtc > PersistentSchedulerFactory.MisfireThreshold)
            metrics.AddMisfired(JobOf(trigger));
        return Task.CompletedTask;
    }

    public override Task TriggerMisfired(ITrigger trigger, CancellationToken cancellationToken = default)
    {
        metrics.AddMisfired(JobOf(trigger));
        return Task.CompletedTask;
    }

    static string JobOf(ITrigger trigger) => trigger.JobKey.Group == ClockJob.Group ? trigger.JobKey.Name : Messages;
}
