using System.Diagnostics;

namespace Seckill.TestSupport;

/// <summary>Waits for conditions, with a deadline.</summary>
public static class Eventually
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is waited for, in words for the failure.</param>
    /// <param name="patience">The deadline; 30 s if not given.</param>
    public static Task HoldsAsync(Func<bool> condition, string what, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return HoldsAsync(() => Task.FromResult(condition()), what, patience);
    }

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is waited for, in words for the failure.</param>
    /// <param name="patience">The deadline; 30 s if not given.</param>
    public static Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null) => HoldsAsync(condition, () => what, patience);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What is waited for, in words for the failure, with what there was instead at the end.</param>
    /// <param name="patience">The deadline; 30 s if not given.</param>
    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(what);
        var deadline = patience ?? TimeSpan.FromSeconds(30);
        var waited = Stopwatch.StartNew();
        while (!await condition().ConfigureAwait(false))
        {
            if (waited.Elapsed > deadline)
                throw new TimeoutException($"Within {deadline} it did not come about that {what()}.");
            await Task.Delay(Interval).ConfigureAwait(false);
        }
    }
}
