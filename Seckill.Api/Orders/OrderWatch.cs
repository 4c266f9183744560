namespace Seckill.Api.Orders;

/// <summary>Waits for an order to leave a status.</summary>
sealed class OrderWatch
{
    /// <summary>The longest wait that a caller may ask for.</summary>
    public const int MaximumSeconds = 30;

    readonly OrderLookup _orders;
    readonly OrderWaiters _waiters;
    readonly CancellationToken _stopping;
    readonly TimeProvider _clock;

    public OrderWatch(OrderLookup orders, OrderWaiters waiters, IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(lifetime);
        (_orders, _waiters, _stopping, _clock) = (orders, waiters, lifetime.ApplicationStopping, clock);
        _stopping.UnsafeRegister(static x => ((OrderWaiters)x!).WakeAll(), waiters);
    }

    /// <summary>The order as soon as its status is not <paramref name="since"/> any more, or as it is when the time is up.</summary>
    public async Task<OrderView> WaitAsync(OrderView order, string since, TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (order.Status != since || atMost <= TimeSpan.Zero)
            return order;

        var startedAt = _clock.GetTimestamp();
        using var ticket = _waiters.Begin(order.OrderId, since);
        while (true)
        {
            var change = ticket.Change;
            var remaining = atMost - _clock.GetElapsedTime(startedAt);
            var isOver = remaining <= TimeSpan.Zero || _stopping.IsCancellationRequested;
            order = await (isOver ? _orders.FindAsync(order.OrderId, cancellationToken) : _orders.FindWaitingAsync(order.OrderId, since, cancellationToken)) ?? order;
            if (isOver || order.Status != since)
                return order;

            // A time-out is the common end of a wait: it is not worth an exception.
            await change.WaitAsync(remaining, _clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
