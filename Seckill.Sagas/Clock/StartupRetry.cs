using Microsoft.Extensions.Logging;

namespace Seckill.Sagas.Clock;

/// <summary>Repeats what needs servers that may come up later than this process.</summary>
static class StartupRetry
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Runs <paramref name="attempt"/> until it succeeds or the process stops, with pauses that double.</summary>
    public static async Task RunAsync(
        string what, Func<CancellationToken, Task> attempt, Action<Exception>? onFailure, TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        var pause = FirstPause;
        for (var number = 1; !stopping.IsCancellationRequested; number++)
        {
            try
            {
                await attempt(stopping);
                return;
            }
            catch (Exception exception) when (stopping.IsCancellationRequested)
            {
                // Libraries wrap the cancellation in exceptions of their own.
                logger.LogDebug(exception, "{What} was given up because the process stops", what);
                return;
            }
            catch (Exception exception)
            {
                onFailure?.Invoke(exception);
                if (number == 1)
                    logger.LogWarning(exception, "{What} failed and is tried again until it works", what);
                else
                    logger.LogInformation("{What} failed, attempt {Number}: {Reason}", what, number, exception.Message);
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
