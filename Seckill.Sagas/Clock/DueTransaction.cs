namespace Seckill.Sagas.Clock;

/// <summary>A transaction that the clock has something to do with, and the place in the index where a scan goes on.</summary>
public sealed record DueTransaction
{
    /// <summary>Before every other.</summary>
    public static DueTransaction None { get; } = new() { OrderId = Guid.Empty, ExpiresAt = new DateTime(1000, 1, 1, 0, 0, 0, DateTimeKind.Utc) };

    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>Column <c>expires_at</c>, UTC.</summary>
    public required DateTime ExpiresAt { get; init; }
}
