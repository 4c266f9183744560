namespace Seckill.Sagas.Clock;

/// <summary>Keeps a slow queue from being filled with repeats of the same message by every look of the clock.</summary>
interface IResendGuard
{
    /// <summary>Those of <paramref name="orderIds"/> that may be sent now.</summary>
    IReadOnlyList<Guid> Select(IReadOnlyList<Guid> orderIds, DateTimeOffset now);

    /// <summary>Notes that the broker has confirmed the messages for <paramref name="orderIds"/>.</summary>
    Task MarkSentAsync(IReadOnlyList<Guid> orderIds, DateTimeOffset now, CancellationToken cancellationToken);
}
