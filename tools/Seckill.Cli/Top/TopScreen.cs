using Seckill.Hosting.Status;

using Spectre.Console;

namespace Seckill.Cli.Top;

/// <summary>Asks all programs at once, and shows what they say: once as text, or on a terminal until told to end.</summary>
sealed class TopScreen(IReadOnlyList<WatchedProgram> programs, Uri? alertmanager, TimeSpan interval, TimeProvider time) : IDisposable
{
    readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Writes one view, after two looks: what happens in a second takes two.</summary>
    public async Task WriteOnceAsync(TextWriter writer, CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await Task.Delay(interval, time, cancellationToken);
        var (status, alerts) = await LookAsync(cancellationToken);
        TopView.Write(writer, status, alerts, time.GetUtcNow());
    }

    /// <summary>Shows the view and keeps it up to date until <c>q</c> or a signal.</summary>
    public async Task ShowAsync(IAnsiConsole console, Func<bool> isToEnd, CancellationToken cancellationToken)
    {
        console.Clear();
        await console.Live(Text.Empty).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var (status, alerts) = await LookAsync(cancellationToken);
                live.UpdateTarget(new Rows(TopView.Of(status, alerts, time.GetUtcNow()), new Padder(new Markup("[grey]q ends[/]"), new Padding(0, 1, 0, 0))));
                if (await IsToEndAsync(isToEnd, cancellationToken))
                    return;
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<(SystemStatus Status, FiringAlerts Alerts)> LookAsync(CancellationToken cancellationToken)
    {
        var alerts = FiringAlerts.AskAsync(_http, alertmanager, cancellationToken);
        var readings = await Task.WhenAll(programs.Select(x => x.ReadAsync(_http, time, cancellationToken)));
        return (StatusReader.Read(readings), await alerts);
    }

    /// <summary>Waits for the next look, with an ear for the keyboard.</summary>
    async Task<bool> IsToEndAsync(Func<bool> isToEnd, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < interval)
        {
            if (isToEnd())
                return true;
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }

        return false;
    }
}
