using System.Collections.Concurrent;

namespace Seckill.Api.Orders;

/// <summary>
/// Requests that wait for an order to change. A waiting request holds no thread: it awaits a task that is shared by all who wait for the same
/// order, and which the news of the order completes, or the sweep that finds the change in MySQL.
/// </summary>
sealed class OrderWaiters
{
    readonly ConcurrentDictionary<Guid, Waiting> _waiting = new();

    /// <summary>Orders that somebody waits for.</summary>
    public int Count => _waiting.Count;

    /// <summary>Begins to wait; dispose of the result to end it.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="known">Its status as the caller knows it.</param>
    public Ticket Begin(Guid orderId, string known)
    {
        while (true)
        {
            var waiting = _waiting.GetOrAdd(orderId, static _ => new Waiting());
            if (waiting.TryEnter(known))
                return new Ticket(this, orderId, waiting);
        }
    }

    /// <summary>The order has changed: everybody who waits for it looks again.</summary>
    public void Wake(Guid orderId)
    {
        if (_waiting.TryGetValue(orderId, out var waiting))
            waiting.Wake();
    }

    /// <summary>Everybody looks again.</summary>
    public void WakeAll()
    {
        foreach (var waiting in _waiting.Values)
            waiting.Wake();
    }

    /// <summary>The orders that are waited for, with the status that those who wait know; empty when they do not know the same.</summary>
    public IEnumerable<(Guid OrderId, string Known)> Snapshot()
    {
        foreach (var (orderId, waiting) in _waiting)
            yield return (orderId, waiting.Known);
    }

    void End(Guid orderId, Waiting waiting)
    {
        if (waiting.Leave())
            _waiting.TryRemove(new KeyValuePair<Guid, Waiting>(orderId, waiting));
    }

    /// <summary>A place among those who wait for an order.</summary>
    public readonly struct Ticket(OrderWaiters owner, Guid orderId, Waiting waiting) : IDisposable
    {
        /// <summary>Completes with the next change. Take it before looking at the order, so that no change falls between.</summary>
        public Task Change => waiting.Change;

        public void Dispose() => owner.End(orderId, waiting);
    }

    /// <summary>Those who wait for one order.</summary>
    public sealed class Waiting
    {
        readonly Lock _gate = new();
        TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _waiters;
        bool _closed;

        /// <summary>The status that all of them know; empty when they do not know the same.</summary>
        public volatile string Known = "";

        public Task Change
        {
            get
            {
                lock (_gate)
                    return _change.Task;
            }
        }

        /// <summary>False when the last one has just left: this object is out of the dictionary, or will be.</summary>
        public bool TryEnter(string known)
        {
            lock (_gate)
            {
                if (_closed)
                    return false;

                // Where they know different things, each has to look for itself.
                Known = _waiters++ == 0 || Known == known ? known : "";
                return true;
            }
        }

        public bool Leave()
        {
            lock (_gate)
            {
                _closed = --_waiters == 0;
                return _closed;
            }
        }

        public void Wake()
        {
            lock (_gate)
            {
                _change.TrySetResult();
                _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
