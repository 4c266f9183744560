using Microsoft.Extensions.Options;

using Seckill.Api.Identity;

namespace Seckill.Api.Orders;

/// <summary>
/// The orders that this process works on at a time. The next ones wait in a queue, so that a burst is worked off in its order. A queue that has not
/// been empty for long is no burst: more comes than can be done, and all would wait for as long as the queue is deep. Then whoever waited longer than a moment is
/// sent away instead, unless it said that it would wait that long. The rule is that of controlled delay (K. Nichols and V. Jacobson, "Controlling Queue Delay", ACM Queue 10:5, 2012) in the form for
/// requests (B. Maurer, "Fail at Scale", ACM Queue 13:8, 2015).
/// </summary>
sealed class OrderTurns(IOptions<RateLimitOptions> options, TimeProvider time)
{
    readonly int _atATime = options.Value.ConcurrentOrders;
    readonly int _queueLimit = options.Value.QueuedOrders;
    readonly TimeSpan _burst = TimeSpan.FromSeconds(options.Value.OrderBurstSeconds);
    readonly TimeSpan _moment = TimeSpan.FromMilliseconds(options.Value.OrderQueueMilliseconds);
    readonly Lock _gate = new();
    readonly Queue<Waiter> _queue = new();
    int _working;
    long _queuedSince;
    long? _overrunUntil;

    /// <summary>Requests that wait for their turn.</summary>
    public int Queued
    {
        get
        {
            lock (_gate)
                return _queue.Count;
        }
    }

    /// <summary>
    /// Whether a caller who comes now would very likely be sent away after having waited: more comes than can be done, and those who are first in the queue have waited
    /// for half of what this one would.
    /// </summary>
    /// <param name="patience">How long the caller says that it waits for an answer; zero when it says nothing.</param>
    public bool IsOverrun(TimeSpan patience)
    {
        lock (_gate)
        {
            if (!_queue.TryPeek(out var first))
                return false;

            var now = time.GetTimestamp();
            return !IsBurst(now) && time.GetElapsedTime(first.Since, now) > PatienceOf(patience) / 2;
        }
    }

    /// <summary>Waits for a turn, which <see cref="Leave"/> ends; false when there is none to be had.</summary>
    /// <param name="patience">How long the caller says that it waits for an answer; zero when it says nothing.</param>
    /// <param name="cancellationToken">Cancelled when the caller is gone.</param>
    /// <exception cref="OperationCanceledException">The caller gave up first: there is no turn to end.</exception>
    public ValueTask<bool> TakeAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_gate)
        {
            if (_working < _atATime)
            {
                _working++;
                return new ValueTask<bool>(true);
            }

            if (_queue.Count >= _queueLimit)
                return new ValueTask<bool>(false);

            waiter = new Waiter(time.GetTimestamp(), PatienceOf(patience));
            // A process that pauses for a moment does not make a burst of what was none.
            if (_queue.Count == 0 && !(_overrunUntil is { } until && time.GetElapsedTime(until, waiter.Since) < _moment))
                _queuedSince = waiter.Since;
            _queue.Enqueue(waiter);
        }

        return new ValueTask<bool>(waiter.WaitAsync(cancellationToken));
    }

    /// <summary>Ends a turn: the next in the queue has it.</summary>
    public void Leave()
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            var isBurst = IsBurst(now);
            while (_queue.TryDequeue(out var next))
            {
                if (_queue.Count == 0 && !isBurst)
                    _overrunUntil = now;
                if (!isBurst && time.GetElapsedTime(next.Since, now) > next.Patience)
                    next.TrySetResult(false);
                else if (next.TrySetResult(true))
                    return;
            }

            _working--;
        }
    }

    bool IsBurst(long now) => time.GetElapsedTime(_queuedSince, now) < _burst;

    TimeSpan PatienceOf(TimeSpan said) => said > _moment ? said : _moment;

    /// <summary>One who waits; the answer is whether it has a turn. One who gave up has an end already, and is passed over.</summary>
    sealed class Waiter(long since, TimeSpan patience) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Since => since;

        public TimeSpan Patience => patience;

        public async Task<bool> WaitAsync(CancellationToken cancellationToken)
        {
            using var registration = cancellationToken.UnsafeRegister(static (x, token) => ((Waiter)x!).TrySetCanceled(token), this);
            return await Task;
        }
    }
}
