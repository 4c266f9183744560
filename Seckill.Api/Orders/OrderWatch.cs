namespace Seckill.Api.Orders;

/// <summary>Waits for an order to leave a status.</summary>
sealed class OrderWatch(OrderLookup orders, OrderWaiters waiters, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>The longest wait that a caller may ask for.</summary>
    public const int MaximumSeconds = 30;

    /// <summary>The order as soon as its status is not <paramref name="since"/> any more, or as it is when the time is up.</summary>
    public async Task<OrderView> WaitAsync(OrderView order, string since, TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (order.Status != since || atMost <= TimeSpan.Zero)
            return order;

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var startedAt = clock.GetTimestamp();
        using var ticket = waiters.Begin(order.OrderId, since);
        while (true)
        {
            var change = ticket.Change;
            var remaining = atMost - clock.GetElapsedTime(startedAt);
            var isOver = remaining <= TimeSpan.Zero || lifetime.ApplicationStopping.IsCancellationRequested;
            order = await (isOver ? orders.FindAsync(order.OrderId, cancellationToken) : orders.FindWaitingAsync(order.OrderId, since, cancellationToken)) ?? order;
            if (isOver || order.Status != since)
                return order;

            // A time-out is the common end of a wait: it is not worth an exception.
            await change.WaitAsync(remaining, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
