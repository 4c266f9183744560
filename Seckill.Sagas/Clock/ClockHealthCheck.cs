using Microsoft.Extensions.Diagnostics.HealthChecks;

using Quartz;

namespace Seckill.Sagas.Clock;

/// <summary>Ready when the scheduler runs and its store answers; degraded when a job will not fire.</summary>
public sealed class ClockHealthCheck(ClockHost host) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (host.Scheduler is not { IsStarted: true, IsShutdown: false } scheduler)
            return HealthCheckResult.Unhealthy(host.LastFailure is null ? "The clock has not started" : "The clock can't start yet: its store is not there");

        try
        {
            var stopped = new List<string>();
            foreach (var job in host.Jobs)
            {
                var state = await scheduler.GetTriggerState(job.TriggerKey, cancellationToken).WaitAsync(cancellationToken);
                if (state is TriggerState.None or TriggerState.Error or TriggerState.Paused or TriggerState.Complete)
                    stopped.Add($"{job.JobKey.Name} is {state}");
            }

            return stopped.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join(", ", stopped));
        }
        catch (SchedulerException exception)
        {
            return HealthCheckResult.Unhealthy("The clock's store does not answer", exception);
        }
    }
}
