using System.Data.Common;
using System.Diagnostics;
using System.Globalization;

using StackExchange.Redis;

namespace Seckill.Cli.Demo;

/// <summary>The stores that a demo writes to and reads from. One that was killed is started again by whoever runs the demo, and is waited for.</summary>
/// <param name="patience">How long one call may be repeated.</param>
/// <param name="progress">Where it is said that somebody is waited for.</param>
sealed class Servers(TimeSpan patience, TextWriter progress)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Makes a call that may be made twice, until the servers answer it.</summary>
    public Task AskAsync(Func<Task> call, CancellationToken cancellationToken)
        => AskAsync(
            async () =>
            {
                await call();
                return true;
            },
            cancellationToken);

    /// <summary>Makes a call that may be made twice, until the servers answer it.</summary>
    public async Task<T> AskAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (exception is DbException or RedisException or IOException or TimeoutException && watch.Elapsed < patience)
            {
                if (tries == 1)
                    await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  waiting for a server, {patience.TotalSeconds:0} s at most: {exception.Message}"));
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
