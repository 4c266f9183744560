using Confluent.Kafka;

namespace Seckill.Kafka.Consuming;

/// <summary>When a record was produced, as it says itself. Brokers take any number of milliseconds, also what was meant as micro- or nanoseconds.</summary>
static class RecordTime
{
    static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The time, or the nearest one that there is a date for.</summary>
    public static DateTimeOffset Of(Timestamp timestamp) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(timestamp.UnixTimestampMs, Earliest, Latest));
}
