using System.Collections.Concurrent;

using Seckill.Contracts;

namespace Seckill.Api.Orders;

/// <summary>
/// The orders that this process admitted, heard of or read lately. What it knows is trusted for a moment only, because the news of a change
/// may be lost; the table <c>orders</c> is the truth.
/// </summary>
sealed class RecentOrders(TimeProvider clock)
{
    const int Capacity = 50_000;

    static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<Guid, Remembered> _orders = new();
    readonly ConcurrentQueue<Guid> _byAge = new();
    int _count;

    /// <summary>The order, when what is known of it can be trusted.</summary>
    public OrderView? Find(Guid orderId)
        => _orders.TryGetValue(orderId, out var known) && clock.GetElapsedTime(known.At) < TrustedFor ? known.Order : null;

    /// <summary>The order as it was heard of last, however long ago. For those who wait, and whom the <see cref="LostNewsSweep"/> looks after.</summary>
    public OrderView? FindAnyAge(Guid orderId) => _orders.GetValueOrDefault(orderId)?.Order;

    public void Remember(OrderView order)
    {
        var remembered = new Remembered(order, clock.GetTimestamp());
        _orders.AddOrUpdate(order.OrderId, _ => Added(remembered), (_, known) => IsOlder(order, known.Order) ? known : remembered);
        while (Volatile.Read(ref _count) > Capacity && _byAge.TryDequeue(out var oldest))
        {
            Interlocked.Decrement(ref _count);
            _orders.TryRemove(oldest, out _);
        }
    }

    /// <summary>Takes in news of an order. News may come late and again: what is known to be later stays.</summary>
    public void Hear(OrderStatusChanged news)
    {
        var before = _orders.GetValueOrDefault(news.OrderId)?.Order;
        if (before is not null && Rank(news.Status) < Rank(before.Status))
            return;

        if (OrderView.After(news, before) is { } after)
            Remember(after);
        else
            Forget(news.OrderId);
    }

    public void Forget(Guid orderId) => _orders.TryRemove(orderId, out _);

    Remembered Added(Remembered order)
    {
        _byAge.Enqueue(order.Order.OrderId);
        Interlocked.Increment(ref _count);
        return order;
    }

    static bool IsOlder(OrderView order, OrderView known) => Rank(order.Status) < Rank(known.Status);

    /// <summary>The last three are equals: a late payment can take a cancelled order back.</summary>
    static int Rank(string status) => status switch
    {
        OrderStatus.Pending => 0,
        OrderStatus.Confirmed => 1,
        _ => 2,
    };

    sealed record Remembered(OrderView Order, long At);
}
