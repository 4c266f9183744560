using System.Threading.Channels;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Faults;
using Seckill.Operations.Alerts.Channels;
using Seckill.Operations.Alerts.Limits;
using Seckill.Operations.Alerts.Spool;
using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts.Delivery;

/// <summary>
/// Takes alerts from the spool, settles with other processes who tells each, and gives it to the workers of its channels. Starts with what
/// an earlier process left, and looks for what others left when they ended.
/// </summary>
sealed class AlertDelivery : BackgroundService
{
    /// <summary>How often it looks for folders of processes that ended.</summary>
    internal static readonly TimeSpan AdoptEvery = TimeSpan.FromMinutes(1);

    readonly Channel<SpoolEntry> _intake = Channel.CreateUnbounded<SpoolEntry>(new UnboundedChannelOptions { SingleReader = true });
    readonly IReadOnlyList<IAlertChannel> _channels;
    readonly List<ChannelWorker> _workers;
    readonly AlertsOptions _options;
    readonly AlertSpool _spool;
    readonly DeduplicationWindow _window;
    readonly SharedLimits _shared;
    readonly TimeProvider _clock;
    readonly ILogger<AlertDelivery> _logger;

    public AlertDelivery(
        IOptions<AlertsOptions> options, AlertSpool spool, DeduplicationWindow window, SharedLimits shared, AlertMessages messages,
        AlertMetrics metrics, FaultPoints faults, TimeProvider clock, ILogger<AlertDelivery> logger)
    {
        (_options, _spool, _window, _shared, _clock, _logger) = (options.Value, spool, window, shared, clock, logger);
        var channels = AlertChannels.Of(_options, clock);
        _channels = channels.Select(x => x.Channel).ToList();
        _workers = channels.Select(x => new ChannelWorker(
            faults.AreOn ? new ChannelFaults(x.Channel, faults) : x.Channel, x.Settings.Timeout, new MessageLimit(x.Channel.Receiver, x.Settings.Limit, shared, clock), spool, messages, _options,
            metrics, clock, logger)).ToList();
    }

    /// <summary>Takes an alert that is in the spool.</summary>
    public void Add(SpoolEntry entry) => _intake.Writer.TryWrite(entry);

    public override void Dispose()
    {
        base.Dispose();
        foreach (var channel in _channels.OfType<IDisposable>())
            channel.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_workers.Count == 0)
        {
            _logger.LogInformation("{Section}:Channels is empty: alerts are written to the log and told to nobody", AlertsOptions.Section);
            return;
        }

        _logger.LogInformation("Alerts go to {Channels}", string.Join(", ", _workers.Select(x => x.Name)));
        // Before anything is told: what is told now must not be found there again.
        Add(_spool.Open());
        await Task.WhenAll(
        [
            .. _workers.Select(x => KeepRunningAsync(x.Name, x.RunAsync, stoppingToken)),
            KeepRunningAsync("intake", TakeInAsync, stoppingToken),
            KeepRunningAsync("adoption", AdoptAsync, stoppingToken),
        ]).ConfigureAwait(false);
    }

    /// <summary>A bug in one part must not end the others, nor the process: alerts are what tells of bugs.</summary>
    async Task KeepRunningAsync(string part, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await run(cancellationToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // It is logged as the bug that it is, and the part starts again.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _logger.LogCritical(exception, "Delivery of alerts failed in part {Part}, and starts again in {Pause}", part, _options.RetryMax);
                await Task.Delay(_options.RetryMax, _clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    async Task AdoptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Add(_spool.Adopt());
            await Task.Delay(AdoptEvery, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    void Add(IReadOnlyList<SpoolEntry> left)
    {
        if (left.Count > 0)
            _logger.LogInformation("{Count} alert(s) that an earlier process could not tell go on", left.Count);
        foreach (var entry in left)
            Add(entry);
    }

    async Task TakeInAsync(CancellationToken cancellationToken)
    {
        await foreach (var entry in _intake.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            // Who claims an alert keeps other processes from telling it: not for one that was dropped.
            if (IsGone(entry))
                continue;
            if (await IsToldAsync(entry, cancellationToken).ConfigureAwait(false))
                Distribute(entry);
            else
                _spool.Remove(entry);
        }
    }

    static bool IsGone(SpoolEntry entry)
    {
        lock (entry)
            return entry.IsGone;
    }

    async Task<bool> IsToldAsync(SpoolEntry entry, CancellationToken cancellationToken)
    {
        if (entry.IsSettled || _options.DeduplicationSeconds == 0)
            return true;
        if (await _shared.ClaimAsync(entry, cancellationToken).ConfigureAwait(false) is not { } claim)
            return true;
        if (!claim.IsWon)
        {
            _window.EndAfter(entry.Alert, claim.Left);
            return false;
        }

        lock (entry)
        {
            entry.Repeats += claim.Repeats;
            entry.IsSettled = true;
        }

        return true;
    }

    void Distribute(SpoolEntry entry)
    {
        List<ChannelWorker> workers;
        lock (entry)
        {
            if (entry.IsGone)
                return;
            // Channels may have been renamed since an earlier process wrote it.
            if (!entry.Channels.Any(x => _workers.Any(worker => worker.Name == x)))
            {
                entry.Channels.Clear();
                entry.Channels.AddRange(_options.RouteOf(entry.Alert.Severity));
            }

            entry.Channels.RemoveAll(x => _workers.All(worker => worker.Name != x));
            workers = _workers.Where(x => entry.Channels.Contains(x.Name)).ToList();
        }

        if (workers.Count == 0)
            _spool.Remove(entry);
        foreach (var worker in workers)
            worker.Add(entry);
    }
}
