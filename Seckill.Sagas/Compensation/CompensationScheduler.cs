using MassTransit;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger.Compensation;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// Has an attempt's message sent when it is due. Quartz keeps fewer than 100 schedules a second, so only so many are scheduled one by one, and none while
/// many orders wait; the sweep sends the others in batches, as it does with those whose schedule was lost.
/// </summary>
public sealed class CompensationScheduler(
    IBus bus, CompensationStore store, FaultPoints faults, IOptions<CompensationOptions> options, TimeProvider time, ILogger<CompensationScheduler> logger)
{
    static readonly Uri Queue = new("queue:" + QueueNames.Compensation);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly IMessageScheduler _scheduler = bus.CreateMessageScheduler(new Uri("queue:" + QueueNames.Scheduler));
    readonly Lock _gate = new();
    long _second;
    int _scheduled;
    long _manyUntil;

    /// <summary>Schedules, or leaves it to the sweep: when there are too many, or when the broker does not answer.</summary>
    public async Task ScheduleAsync(Guid orderId, int attempt, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!TryTake() || await ManyWaitAsync(cancellationToken))
            return;

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            await faults.PassAsync(KnownPoints.BeforeSchedule, timeout.Token);
            await _scheduler.ScheduleSend(Queue, at.UtcDateTime, new AttemptCompensation { OrderId = orderId, Attempt = attempt }, timeout.Token);
            await faults.PassAsync(KnownPoints.AfterSchedule, timeout.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "Attempt {Attempt} of order {OrderId} could not be scheduled and is left to the sweep", attempt, orderId);
        }
    }

    /// <summary>Whether the sweep has to do for all; what is found to be so holds for some seconds.</summary>
    async Task<bool> ManyWaitAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow().ToUnixTimeSeconds() < Interlocked.Read(ref _manyUntil))
            return true;
        if (!await store.AreMoreThanAsync(options.Value.MostScheduled, cancellationToken))
            return false;

        Interlocked.Exchange(ref _manyUntil, time.GetUtcNow().Add(Patience).ToUnixTimeSeconds());
        return true;
    }

    bool TryTake()
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate)
        {
            if (second != _second)
                (_second, _scheduled) = (second, 0);
            return ++_scheduled <= options.Value.SchedulesPerSecond;
        }
    }
}
