using System.Diagnostics.Metrics;

using Microsoft.Extensions.Options;

using Seckill.Sagas.Recovery;
using Seckill.Sagas.Report;

namespace Seckill.Sagas.Clock;

/// <summary>What the clock measures. No tag holds an order's id.</summary>
public sealed class ClockMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Seckill.Clock";

    /// <summary>
    /// Gauge: transactions that were undecided past their time-out at this worker's last look. An alert fires above 10. Looks move between workers,
    /// so one that has not looked for a while reports 0, and the largest of all workers' values is the number.
    /// </summary>
    public const string Suspended = "seckill.transactions.suspended";

    /// <summary>Counter: messages sent to transactions, by <see cref="MessageTag"/>.</summary>
    public const string Sent = "seckill.clock.messages_sent";

    /// <summary>Counter: firings of Quartz on this worker, by <see cref="ScheduleTag"/>.</summary>
    public const string Firings = "seckill.clock.firings";

    /// <summary>Counter: firings that were more than five seconds late, by <see cref="ScheduleTag"/>.</summary>
    public const string Misfires = "seckill.clock.misfires";

    /// <summary>Tag: the job's name, or <c>messages</c>.</summary>
    public const string ScheduleTag = "schedule";

    /// <summary>Tag: the message's name.</summary>
    public const string MessageTag = "message";

    /// <summary>After so many intervals without a look of its own a worker no longer vouches for the number.</summary>
    const int LooksMissed = 3;

    readonly Meter _meter;
    readonly Counter<long> _sent;
    readonly Counter<long> _firings;
    readonly KnownCounter _misfires;
    readonly TimeProvider _time;
    readonly TimeSpan _validity;
    Look _last = new(0, 0);

    /// <summary>Creates the instruments.</summary>
    public ClockMetrics(IMeterFactory meters, IOptions<ClockOptions> options, TimeProvider time)
    {
        _time = time;
        // A look that waits for a broker lets no other begin for as long as it may take: its number must not lapse meanwhile, for then the alert never lasts.
        _validity = LooksMissed * TimeSpan.FromSeconds(options.Value.SuspendedScanSeconds) + TimeSpan.FromSeconds(options.Value.RunTimeoutSeconds);
        _meter = meters.Create(MeterName);
        _sent = _meter.CreateCounter<long>(Sent, "{message}", "Messages that the clock sent to transactions");
        _firings = _meter.CreateCounter<long>(Firings, "{firing}", "Firings of Quartz");
        _misfires = new KnownCounter(
            _meter, Misfires, "{firing}", "Firings of Quartz that were late", ScheduleTag,
            nameof(SuspendedTransactionsJob), nameof(PaymentDeadlineJob), nameof(UnfinishedTransactionsJob), nameof(WeeklyReportJob), FiringListener.Messages);
        _meter.CreateObservableGauge(Suspended, ReadSuspended, "{transaction}", "Transactions undecided past their time-out");
    }

    /// <summary>Notes the number of suspended transactions.</summary>
    public void SetSuspended(long count) => Volatile.Write(ref _last, new Look(count, _time.GetTimestamp()));

    /// <summary>Counts messages sent.</summary>
    public void AddSent(string message, int count)
    {
        if (count > 0)
            _sent.Add(count, KeyValuePair.Create<string, object?>(MessageTag, message));
    }

    /// <summary>Counts a firing.</summary>
    public void AddFired(string job) => _firings.Add(1, KeyValuePair.Create<string, object?>(ScheduleTag, job));

    /// <summary>Counts a firing that was late.</summary>
    public void AddMisfired(string job) => _misfires.Add(job);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    long ReadSuspended()
    {
        var last = Volatile.Read(ref _last);
        return last.Count > 0 && _time.GetElapsedTime(last.At) <= _validity ? last.Count : 0;
    }

    sealed record Look(long Count, long At);
}
