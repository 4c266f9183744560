namespace Seckill.Api.Tests;

/// <summary>A stopwatch's clock that tests move.</summary>
sealed class ManualClock : TimeProvider
{
    // A machine has always run for a while.
    long _ticks = TimeSpan.TicksPerHour;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
