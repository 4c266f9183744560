using Microsoft.Extensions.Logging;

using Seckill.Operations.Alerts.Channels;
using Seckill.Operations.Alerts.Limits;
using Seckill.Operations.Alerts.Spool;
using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts.Delivery;

/// <summary>
/// Sends what waits for one channel, one message at a time, until the channel confirms it. It knows nothing of other channels, so that one
/// that hangs or is down delays none. A message may arrive twice (the confirmation was lost, the process ended), never not at all.
/// </summary>
sealed class ChannelWorker(
    IAlertChannel channel, TimeSpan timeout, MessageLimit limit, AlertSpool spool, AlertMessages messages, AlertsOptions options,
    AlertMetrics metrics, TimeProvider clock, ILogger logger)
{
    readonly ChannelQueue _queue = new();
    readonly DigestSize _digest = new();
    int _failures;

    /// <summary>Whether it is in the log that the limit holds messages back.</summary>
    bool _isHeldBack;

    public string Name => channel.Name;

    public void Add(SpoolEntry entry) => _queue.Add(entry);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var waiting = _queue.Ordered();
            if (waiting.Count == 0)
            {
                _isHeldBack = false;
                _digest.NoteNothingWaits();
                await _queue.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            var wait = await limit.TakeAsync(cancellationToken).ConfigureAwait(false);
            if (wait > TimeSpan.Zero)
            {
                if (!_isHeldBack)
                    logger.LogInformation("Channel {Channel} reached its limit; what comes meanwhile goes as a digest in {Wait}", Name, wait);
                _isHeldBack = true;
                _digest.Gather();
                await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await SendNextAsync(waiting, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task SendNextAsync(IReadOnlyList<SpoolEntry> waiting, CancellationToken cancellationToken)
    {
        var batch = waiting.Take(_digest.Of(waiting.Count)).ToList();
        var told = batch.Select(Told).OfType<ToldAlert>().ToList();
        if (told.Count == 0)
            return;

        var message = messages.Compose(told);
        var result = await AttemptAsync(message, cancellationToken).ConfigureAwait(false);
        _digest.Note(result.Outcome, batch.Count, waiting.Count);
        if (result.Outcome == DeliveryOutcome.Refused && batch.Count > 1)
            result = result with { Outcome = DeliveryOutcome.Failed };
        metrics.CountDelivery(Name, WordFor(result.Outcome));

        if (result.Outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Refused)
        {
            if (result.Outcome == DeliveryOutcome.Refused)
                logger.LogError("Channel {Channel} will never take '{Title}', so it is not told there: {Reason}",
                    Name, message.Title, Safe(result.Reason));
            else if (_failures > 0)
                logger.LogInformation("Channel {Channel} takes alerts again after {Failures} failure(s)", Name, _failures);
            _failures = 0;
            _isHeldBack = false;
            _queue.Remove(batch);
            foreach (var entry in batch)
                spool.Done(entry, Name);
            return;
        }

        _failures++;
        _queue.NoteFailure(batch);
        var pause = RetryPause.After(result, _failures, options);
        Report(result, message, pause);
        await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
    }

    async Task<DeliveryResult> AttemptAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // WaitAsync because not every client gives up when it is told to.
            return await channel.SendAsync(message, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult(DeliveryOutcome.Failed, $"no answer within {timeout.TotalSeconds} s");
        }
#pragma warning disable CA1031 // Whatever a channel throws is a failed attempt: it is logged and repeated, and the worker must go on.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new DeliveryResult(DeliveryOutcome.Failed, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    void Report(DeliveryResult result, AlertMessage message, TimeSpan pause)
    {
        if (result.Outcome == DeliveryOutcome.Misconfigured)
        {
            logger.LogError(
                "Channel {Channel} is configured wrongly and tells nobody anything; its alerts wait, next attempt in {Pause}: {Reason}",
                Name, pause, Safe(result.Reason));
        }
        else
        {
            logger.LogWarning("Channel {Channel} did not take '{Title}' ({Outcome}, failure {Failures}), next attempt in {Pause}: {Reason}",
                Name, message.Title, WordFor(result.Outcome), _failures, pause, Safe(result.Reason));
        }
    }

    static ToldAlert? Told(SpoolEntry entry)
    {
        lock (entry)
            return entry.IsGone ? null : entry.Told();
    }

    static string Safe(string reason) => PersonalData.Mask(MarkdownText.OneLine(Utf8Text.Cut(reason, 500)));

    static string WordFor(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Delivered => "delivered",
        DeliveryOutcome.Failed => "failed",
        DeliveryOutcome.RateLimited => "rate_limited",
        DeliveryOutcome.Misconfigured => "misconfigured",
        _ => "refused",
    };
}
