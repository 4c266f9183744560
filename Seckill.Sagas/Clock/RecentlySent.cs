namespace Seckill.Sagas.Clock;

/// <summary>
/// Remembers in this process, for a while, what was sent. For rows that can't be marked in MySQL because their <c>expires_at</c> has a
/// meaning that must stay: the time-out of a prepared transaction, the payment deadline of a committed one. Forgetting too early
/// (another worker looks, or this one was restarted) costs a repeat, and every message of the clock is harmless when repeated.
/// </summary>
sealed class RecentlySent(TimeSpan memory) : IResendGuard
{
    readonly Lock _lock = new();
    readonly Dictionary<Guid, DateTimeOffset> _sentAt = [];

    /// <summary>How many orders are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _sentAt.Count;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Guid> Select(IReadOnlyList<Guid> orderIds, DateTimeOffset now)
    {
        lock (_lock)
            return orderIds.Where(x => !_sentAt.TryGetValue(x, out var sentAt) || sentAt + memory <= now).ToList();
    }

    /// <inheritdoc/>
    public Task MarkSentAsync(IReadOnlyList<Guid> orderIds, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var orderId in orderIds)
                _sentAt[orderId] = now;
        }

        return Task.CompletedTask;
    }

    /// <summary>Lets go of what is too old to matter.</summary>
    public void Forget(DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var (orderId, sentAt) in _sentAt)
            {
                if (sentAt + memory <= now)
                    _sentAt.Remove(orderId);
            }

            // A dictionary doesn't shrink by itself, and one large sale should not cost memory for ever.
            if (_sentAt.Count == 0)
                _sentAt.TrimExcess();
        }
    }
}
