using MassTransit;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Quartz;

using Seckill.Contracts;
using Seckill.Ledger.Compensation;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// Sends the messages of attempts that are overdue, the longest due first and no more than the settings' rate: those that were too many to be scheduled
/// one by one, and those whose message or worker was lost. Brings orders to the dead-letter topic whose worker died on the way there.
/// </summary>
public sealed class CompensationSweep(
    CompensationStore store, CompensationDeadLetters deadLetters, CurrentSettings settings, IBus bus, IOptions<CompensationOptions> options,
    ILogger<CompensationSweep> logger)
{
    const int BatchSize = 500;

    static readonly Uri Queue = new("queue:" + QueueNames.Compensation);

    /// <summary>Sweeps once; returns how many messages were sent.</summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var interval = TimeSpan.FromSeconds(options.Value.SweepSeconds);
        var lease = TimeSpan.FromSeconds(options.Value.AttemptLeaseSeconds);
        var limit = settings.Value.MaxPerSecond * options.Value.SweepSeconds;
        // What was scheduled one by one has this long to arrive by itself.
        var overdue = options.Value.SchedulesPerSecond == 0 ? now : now - interval;
        var endpoint = await bus.GetSendEndpoint(Queue);
        var sent = 0;
        while (sent < limit)
        {
            var page = await store.DueAsync(overdue, now - lease, Math.Min(BatchSize, limit - sent), cancellationToken);
            if (page.Count == 0)
                break;

            await endpoint.SendBatch(page, cancellationToken);
            await store.MarkSentAsync([.. page.Select(x => x.OrderId)], now, cancellationToken);
            sent += page.Count;
        }

        var lost = now - TimeSpan.FromMinutes(options.Value.DeadLetterResendMinutes);
        foreach (var orderId in await store.MissingDeadLettersAsync(now - interval, lost, BatchSize, cancellationToken))
            await deadLetters.SendAsync(orderId, cancellationToken);

        if (sent > 0)
            logger.LogInformation("{Sent} attempts of compensation were overdue and sent", sent);
        return sent;
    }
}

/// <summary>Runs <see cref="CompensationSweep"/> when the clock says so, on one worker at a time.</summary>
[DisallowConcurrentExecution]
public sealed class CompensationSweepJob(CompensationSweep sweep, TimeProvider time) : IJob
{
    /// <inheritdoc/>
    public Task Execute(IJobExecutionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return sweep.RunAsync(time.GetUtcNow(), context.CancellationToken);
    }
}
