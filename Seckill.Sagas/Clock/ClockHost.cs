using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

using Quartz;
using Quartz.Impl.Matchers;

namespace Seckill.Sagas.Clock;

/// <summary>Runs this worker's share of the clock. MySQL, or its schema, may come up later than the worker.</summary>
public sealed class ClockHost(
    PersistentSchedulerFactory factory, IEnumerable<ClockJob> jobs, TimeProvider time, ILogger<ClockHost> logger) : BackgroundService
{
    static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(10);

    readonly IReadOnlyList<ClockJob> _jobs = jobs.ToList();
    volatile IScheduler? _scheduler;
    volatile string? _lastFailure;

    /// <summary>The scheduler, once it runs.</summary>
    public IScheduler? Scheduler => _scheduler;

    /// <summary>Why it doesn't run yet; null when it does or was not tried.</summary>
    public string? LastFailure => _lastFailure;

    /// <summary>What it runs.</summary>
    public IReadOnlyList<ClockJob> Jobs => _jobs;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => StartupRetry.RunAsync("Start of the clock", StartSchedulerAsync, x => _lastFailure = x.Message, time, logger, stoppingToken);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_scheduler is not { } scheduler)
            return;

        try
        {
            await scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken).WaitAsync(ShutdownPatience, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // Quartz would try for ever to write down that a job has ended. A worker that stops checking in has its firings recovered by another.
            logger.LogWarning("The clock leaves without having written how its last firing ended: MySQL does not answer");
        }
    }

    async Task StartSchedulerAsync(CancellationToken stoppingToken)
    {
        var scheduler = await factory.CreateAsync(stoppingToken);
        try
        {
            foreach (var job in _jobs)
                await job.EnsureScheduledAsync(scheduler, stoppingToken);
            // Of an earlier release: Quartz would look for its type at each of its times.
            var gone = await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals(ClockJob.Group), stoppingToken);
            await scheduler.DeleteJobs([.. gone.Except(_jobs.Select(x => x.JobKey))], stoppingToken);

            await scheduler.Start(stoppingToken);
        }
        catch
        {
            await scheduler.Shutdown(waitForJobsToComplete: false, CancellationToken.None);
            throw;
        }

        _scheduler = scheduler;
        _lastFailure = null;
        logger.LogInformation("The clock runs as {Instance}: {Jobs}",
            scheduler.SchedulerInstanceId, string.Join(", ", _jobs.Select(x => $"{x.JobKey.Name} {x.Schedule}")));
    }
}
