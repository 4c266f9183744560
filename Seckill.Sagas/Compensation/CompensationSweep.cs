using MassTransit;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Locking;
using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger.Compensation;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// Sends the messages of attempts that are overdue, the longest due first and no more than the settings' rate: those that were too many to be scheduled
/// one by one, and those whose message or worker was lost. Brings orders to the dead-letter topic whose worker died on the way there.
/// </summary>
public sealed class CompensationSweep(
    CompensationStore store, CompensationDeadLetters deadLetters, CurrentSettings settings, IBus bus, FaultPoints faults, IOptions<CompensationOptions> options,
    ILogger<CompensationSweep> logger)
{
    const int BatchSize = 500;

    /// <summary>How long RabbitMQ is waited for. The send itself would wait for as long as it is away, and hold up the sweeps after this one.</summary>
    static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

    static readonly Uri Queue = new("queue:" + QueueNames.Compensation);

    /// <summary>Sweeps once; returns how many messages were sent.</summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var interval = TimeSpan.FromSeconds(options.Value.SweepSeconds);
        // Each half needs a broker that the other does not: neither waits for the other's.
        var letters = SendMissingDeadLettersAsync(now, interval, cancellationToken);
        var attempts = SendOverdueAsync(now, interval, cancellationToken);
        await Task.WhenAll(letters, attempts);
        return await attempts;
    }

    async Task SendMissingDeadLettersAsync(DateTimeOffset now, TimeSpan interval, CancellationToken cancellationToken)
    {
        var lost = now - TimeSpan.FromMinutes(options.Value.DeadLetterResendMinutes);
        foreach (var orderId in await store.MissingDeadLettersAsync(now - interval, lost, BatchSize, cancellationToken))
            await deadLetters.SendAsync(orderId, cancellationToken);
    }

    async Task<int> SendOverdueAsync(DateTimeOffset now, TimeSpan interval, CancellationToken cancellationToken)
    {
        var lease = TimeSpan.FromSeconds(options.Value.AttemptLeaseSeconds);
        var limit = settings.Value.MaxPerSecond * options.Value.SweepSeconds;
        // What was scheduled one by one has this long to arrive by itself.
        var overdue = options.Value.SchedulesPerSecond == 0 ? now : now - interval;
        var endpoint = await bus.GetSendEndpoint(Queue);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(SendTimeout);
        var sent = 0;
        while (sent < limit)
        {
            var page = await store.DueAsync(overdue, now - lease, Math.Min(BatchSize, limit - sent), cancellationToken);
            if (page.Count == 0)
                break;

            await faults.PassAsync(KnownPoints.BeforeSweepSend, cancellationToken);
            await endpoint.SendBatch(page, timeout.Token);
            await faults.PassAsync(KnownPoints.AfterSweepSend, cancellationToken);
            await store.MarkSentAsync([.. page.Select(x => x.OrderId)], now, cancellationToken);
            sent += page.Count;
        }

        if (sent > 0)
            logger.LogInformation("{Sent} attempts of compensation were overdue and sent", sent);
        return sent;
    }
}

/// <summary>
/// Runs <see cref="CompensationSweep"/> every few seconds, on one worker at a time. Not as a job of Quartz: it is what still works when Quartz can't keep up.
/// </summary>
sealed class CompensationSweepLoop(
    CompensationSweep sweep, IDistributedLock locks, IOptions<CompensationOptions> options, TimeProvider time, ILogger<CompensationSweepLoop> logger)
    : BackgroundService
{
    // A worker that dies while it sweeps keeps the others from it for as long as from an attempt that it had taken.
    readonly TimeSpan _expiry = TimeSpan.FromSeconds(options.Value.AttemptLeaseSeconds);
    bool _failing;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SweepSeconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Two at once, after a lock has expired, would send some messages twice, and only the first for an attempt has an effect.
            await using var lease = await locks.TryAcquireAsync("seckill:compensation-sweep", _expiry, stoppingToken);
            if (lease is not null)
                await sweep.RunAsync(time.GetUtcNow(), stoppingToken);
            _failing = false;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Once for each outage.
            logger.Log(_failing ? LogLevel.Debug : LogLevel.Warning, exception, "A sweep of compensation failed; what is due stays due");
            _failing = true;
        }
    }
}
