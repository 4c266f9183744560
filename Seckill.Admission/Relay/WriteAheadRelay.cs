using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Admission.Locking;
using Seckill.Admission.Rebuild;
using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger.Compensation;

namespace Seckill.Admission.Relay;

/// <summary>
/// Publishes the write-ahead entries whose time has come: those that the API could not publish, and those that nobody began. Those that
/// MySQL has decided are settled instead. Several relays may run; a short lease on each activity keeps them from doing the same work, and
/// consumers deduplicate what they do twice.
/// </summary>
sealed class WriteAheadRelay(
    WriteAheadEntries entries, LedgerEntries ledger, CompensationStore compensation, StockWatch watch, ISeckillRequestedPublisher publisher,
    IDistributedLock locks, FaultPoints faults, IOptions<AdmissionOptions> options, TimeProvider time, ILogger<WriteAheadRelay> logger) : BackgroundService
{
    readonly AdmissionOptions _options = options.Value;
    bool _failing;

    TimeSpan PublishTimeout => TimeSpan.FromSeconds(_options.RelayPublishTimeoutSeconds);

    /// <summary>Goes over all activities once; returns how many entries were published.</summary>
    /// <exception cref="AggregateException">Kafka, Redis or MySQL did not answer for some activity. What was not published is due again soon.</exception>
    public async Task<int> PassAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        var faults = new List<Exception>();
        foreach (var activityId in await watch.ActivitiesAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var published = await PassAsync(activityId, cancellationToken).ConfigureAwait(false);
                if (published > 0)
                    logger.LogInformation("Relay published {Entries} write-ahead entries of activity {ActivityId}", published, activityId);
                total += published;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // A partition without a leader, say: the other activities must not wait for it.
                faults.Add(exception);
            }
        }

        logger.LogDebug("Relay pass ended: {Entries} entries published", total);
        return faults.Count == 0 ? total : throw new AggregateException(faults);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_options.RelayPollMilliseconds), time);
        do
        {
            try
            {
                await PassAsync(stoppingToken).ConfigureAwait(false);
                _failing = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Once for each outage, not once a second.
                logger.Log(_failing ? LogLevel.Debug : LogLevel.Warning, exception, "Relay pass failed for some activity; what was not published is due again soon");
                _failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    async Task<int> PassAsync(long activityId, CancellationToken cancellationToken)
    {
        // Nothing is due in the common case, and then there is nothing to lock.
        var due = await entries.DueAsync(activityId, _options.RelayPageEntries, cancellationToken).ConfigureAwait(false);
        if (due.Count == 0)
            return 0;

        var expiry = PublishTimeout * 2;
        await using var lease = await locks.TryAcquireAsync($"seckill:relay:{activityId}", expiry, cancellationToken).ConfigureAwait(false);
        if (lease is null)
            return 0;

        var (seen, published) = (0, 0);
        do
        {
            due = await entries.DueAsync(activityId, _options.RelayPageEntries, cancellationToken).ConfigureAwait(false);
            published += await PublishAsync(activityId, due, cancellationToken).ConfigureAwait(false);
            seen += due.Count;
        }
        while (due.Count == _options.RelayPageEntries && seen < _options.RelayPassEntries
            && await lease.ExtendAsync(expiry, cancellationToken).ConfigureAwait(false));

        return published;
    }

    async Task<int> PublishAsync(long activityId, IReadOnlyList<Guid> due, CancellationToken cancellationToken)
    {
        var read = await entries.ReadAsync(activityId, due, cancellationToken).ConfigureAwait(false);
        var unknown = await ledger.SettleAsync(activityId, read, cancellationToken).ConfigureAwait(false);
        // Those that failed have a way of their own, with delays that a repeat here would cut short.
        var compensated = await compensation.KnownAsync([.. unknown.Select(x => x.OrderId)], cancellationToken).ConfigureAwait(false);
        var orders = unknown.Where(x => !compensated.Contains(x.OrderId)).ToList();
        var others = read.Select(x => x.Order.OrderId).Except(orders.Select(x => x.OrderId)).ToList();
        if (others.Count > 0)
            await entries.LeaveAsync(activityId, others, cancellationToken).ConfigureAwait(false);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = orders.Select(x => OrderTrace.IsSampled(x.OrderId) ? PublishTracedAsync(x, timeout.Token) : publisher.PublishAsync(x, timeout.Token)).ToList();
        try
        {
            await Task.WhenAll(sending).WaitAsync(PublishTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await timeout.CancelAsync().ConfigureAwait(false);
            var delivered = orders.Where((_, i) => sending[i].IsCompletedSuccessfully).Select(x => x.OrderId).ToList();
            if (delivered.Count > 0)
            {
                await faults.PassAsync(KnownPoints.BeforeRelayMark, CancellationToken.None).ConfigureAwait(false);
                await entries.MarkPublishedAsync(activityId, delivered, time.GetUtcNow() - orders.Min(x => x.AdmittedAt), CancellationToken.None).ConfigureAwait(false);
                await faults.PassAsync(KnownPoints.AfterRelayMark, CancellationToken.None).ConfigureAwait(false);
            }

            // They have been due the longest, and would fill each page until their partition is back: others get their turn first.
            var undelivered = orders.Select(x => x.OrderId).Except(delivered).ToList();
            if (undelivered.Count > 0 && !cancellationToken.IsCancellationRequested)
                await entries.PutOffAsync(activityId, undelivered, CancellationToken.None).ConfigureAwait(false);
        }

        return orders.Count;
    }

    async Task PublishTracedAsync(SeckillRequested order, CancellationToken cancellationToken)
    {
        using var span = OrderTrace.Start("relay", order.OrderId);
        await publisher.PublishAsync(order, cancellationToken).ConfigureAwait(false);
    }
}
