using Microsoft.Extensions.Logging;

namespace Seckill.Sagas.Clock;

/// <summary>Repeats what needs servers that may come up later than this process.</summary>
static class StartupRetry
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Runs <paramref name="attempt"/> until it succeeds or the process stops, with pauses that double.</summary>
    public static async Task RunAsync(
        string what, Func<CancellationToken, Task> attempt, Action<Exception>? onFailure, TimeProvider time, ILogger logger, CancellationToken stopping)
    {
        for (var pause = FirstPause; !stopping.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await attempt(stopping);
                return;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                onFailure?.Invoke(exception);
                logger.LogWarning(exception, "{What} failed, next attempt in {Pause}", what, pause);
            }
            catch (Exception exception)
            {
                logger.LogInformation("{What} was given up because the process stops: {Reason}", what, exception.Message);
                return;
            }

            await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
