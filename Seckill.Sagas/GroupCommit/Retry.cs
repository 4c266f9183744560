using System.Diagnostics;

using Seckill.Contracts;

namespace Seckill.Sagas.GroupCommit;

/// <summary>Repeats a call that failed for a passing reason.</summary>
static class Retry
{
    static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    /// <summary>Repeats until there is an answer, with growing pauses: for calls whose outcome must be known before anything else is done.</summary>
    public static async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> call, Func<Exception, bool> isTransient, CancellationToken cancellationToken)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (isTransient(exception))
            {
                await Task.Delay(delay, cancellationToken);
            }
        }
    }

    /// <summary>Repeats up to <paramref name="attempts"/> times, each pause <paramref name="factor"/> times the last.</summary>
    public static async Task<T> StepAsync<T>(
        Func<Task<T>> call, Func<Exception, bool> isTransient, int attempts, TimeSpan firstDelay, double factor, CancellationToken cancellationToken)
    {
        var delay = firstDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (attempt < attempts && isTransient(exception))
            {
                if (OrderTrace.IsTraced)
                    Activity.Current!.AddEvent(new ActivityEvent("retry", tags: new() { { "attempt", attempt }, { "exception.type", exception.GetType().FullName } }));
                await Task.Delay(delay, cancellationToken);
                delay *= factor;
            }
        }
    }
}
