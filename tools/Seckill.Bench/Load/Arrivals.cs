namespace Seckill.Bench.Load;

/// <summary>The times at which an open loop sends: evenly spaced, fixed before the first answer, whatever the system does.</summary>
/// <param name="StartsAt">When the first one is due, in ticks.</param>
/// <param name="PerSecond">How many a second.</param>
/// <param name="TicksPerSecond">Ticks a second.</param>
readonly record struct Arrivals(long StartsAt, double PerSecond, long TicksPerSecond)
{
    /// <summary>When arrival number <paramref name="index"/> is due, counted from 0.</summary>
    public long DueAt(int index) => StartsAt + (long)(index * (TicksPerSecond / PerSecond));

    /// <summary>How many are due at a time.</summary>
    public int DueBy(long now)
    {
        if (now < StartsAt)
            return 0;

        var count = (int)((now - StartsAt) / (TicksPerSecond / PerSecond)) + 1;
        // What rounding let in too early or left out.
        while (count > 0 && DueAt(count - 1) > now)
            count--;
        while (DueAt(count) <= now)
            count++;
        return count;
    }
}
