namespace Seckill.Contracts;

/// <summary>
/// Makes order ids. They are UUIDs of version 7 (RFC 9562 §5.7): the first 48 bits are Unix time in milliseconds, so ids sort by
/// time of admission, and rows keyed by them are appended rather than scattered over the index.
/// </summary>
public static class OrderIds
{
    static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>A new id for an order that is admitted at <paramref name="now"/>.</summary>
    public static Guid New(DateTimeOffset now) => Guid.CreateVersion7(now);

    /// <summary>The time in an id, to the millisecond; null when it is not of version 7, or its time is after the year 9999.</summary>
    public static DateTimeOffset? TimeOf(Guid orderId)
    {
        if (orderId.Version != 7)
            return null;

        Span<byte> bytes = stackalloc byte[16];
        orderId.TryWriteBytes(bytes, bigEndian: true, out _);
        var milliseconds = ((long)bytes[0] << 40) | ((long)bytes[1] << 32) | ((long)bytes[2] << 24)
            | ((long)bytes[3] << 16) | ((long)bytes[4] << 8) | bytes[5];
        return milliseconds <= LastMillisecond ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }
}
