using System.Diagnostics;

namespace Seckill.TestSupport;

/// <summary>Waits for conditions, with a deadline.</summary>
public static class Eventually
{
    /// <summary>Asks again and again until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold within the time.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, int seconds = 20)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(seconds))
                throw new TimeoutException($"Not within {seconds} s: {what}");

            await Task.Delay(20);
        }
    }
}
