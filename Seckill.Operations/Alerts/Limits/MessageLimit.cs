namespace Seckill.Operations.Alerts.Limits;

/// <summary>How many messages a receiver gets within a minute: from all processes while Redis answers, from this one otherwise.</summary>
sealed class MessageLimit(string receiver, int limit, SharedLimits shared, TimeProvider clock)
{
    /// <summary>A minute, and a second because what leaves here evenly may arrive closer together.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromSeconds(61);

    readonly Queue<DateTimeOffset> _sent = [];

    /// <summary>How long the next message must wait; zero takes a slot. One caller at a time.</summary>
    public async Task<TimeSpan> TakeAsync(CancellationToken cancellationToken)
    {
        if (limit == 0)
            return TimeSpan.Zero;

        var now = clock.GetUtcNow();
        while (_sent.TryPeek(out var oldest) && oldest <= now - Window)
            _sent.Dequeue();
        if (_sent.Count >= limit)
            return _sent.Peek() + Window - now;

        if (await shared.TakeSlotAsync(receiver, limit, Window, cancellationToken).ConfigureAwait(false) is { } wait && wait > TimeSpan.Zero)
            return wait;
        _sent.Enqueue(now);
        return TimeSpan.Zero;
    }
}
