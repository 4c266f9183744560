using System.Globalization;

using Seckill.Chaos.Detours;

namespace Seckill.Chaos.Running;

/// <summary>The API and the workers: two of each, started and ended as cells want them.</summary>
sealed class Programs(Stage stage, RunFolder folder, DetourMap detours, AlertReceiver alerts, string countsDirectory, int seed) : IDisposable
{
    static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan ArmingPatience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly string _armedPoints = Path.Combine(countsDirectory, "armed-points");
    readonly Dictionary<string, string> _startedWith = [];
    readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public string CountsDirectory => countsDirectory;

    public bool IsRunning(string name) => folder.ProcessIdOf(name) is not null;

    /// <summary>Has all of them run, with these settings besides the common ones; one that runs with others is started anew.</summary>
    /// <param name="special">Settings of some.</param>
    public async Task EnsureAsync(IReadOnlyDictionary<string, Dictionary<string, string>>? special = null)
    {
        var wanted = ProgramNames.All.ToDictionary(x => x, x => special?.GetValueOrDefault(x) ?? []);
        var outdated = ProgramNames.All.Where(x => IsRunning(x) && _startedWith.GetValueOrDefault(x) != Text(wanted[x])).ToArray();
        await stage.StopAsync(outdated);
        await StartAsync([.. ProgramNames.All.Where(x => !IsRunning(x))], special);
    }

    /// <summary>Has all of them run, whatever they were started with.</summary>
    public Task StartMissingAsync() => StartAsync([.. ProgramNames.All.Where(x => !IsRunning(x))]);

    /// <summary>Starts those that do not run.</summary>
    public async Task StartAsync(IReadOnlyCollection<string> names, IReadOnlyDictionary<string, Dictionary<string, string>>? special = null)
    {
        var common = ProgramSettings.Common(detours, alerts, countsDirectory, _armedPoints, seed);
        foreach (var alike in names.GroupBy(x => Text(special?.GetValueOrDefault(x) ?? [])))
        {
            var own = special?.GetValueOrDefault(alike.First()) ?? [];
            // Before it is tried: of several, some may start though others don't.
            foreach (var name in alike)
                _startedWith[name] = alike.Key;
            await stage.StartAsync([.. alike], common.Concat(own));
        }
    }

    /// <summary>Has all that run arm these fault points besides those that are always on, and no others; returns when they have.</summary>
    /// <param name="points">A line <c>point = fault</c> for each; empty: none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task ArmAsync(string points, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(countsDirectory);
        await File.WriteAllTextAsync(_armedPoints + ".new", points, cancellationToken);
        File.Move(_armedPoints + ".new", _armedPoints, overwrite: true);
        var since = TimeProvider.System.GetTimestamp();
        while (Array.Find([.. ProgramNames.All], x => HasYetToArm(x, points)) is { } late)
        {
            if (TimeProvider.System.GetElapsedTime(since) > ArmingPatience)
                throw new StageException($"{late} did not arm '{points}' within {ArmingPatience.TotalSeconds} s");

            await Task.Delay(Pause / 4, cancellationToken);
        }
    }

    bool HasYetToArm(string name, string points)
    {
        if (folder.ProcessIdOf(name) is not { } processId)
            return false;

        var answer = new FileInfo(string.Create(CultureInfo.InvariantCulture, $"{_armedPoints}.{processId}"));
        return !answer.Exists || File.ReadAllText(answer.FullName) != points;
    }

    /// <summary>Those that do not say within a minute that they are ready.</summary>
    public async Task<IReadOnlyList<string>> UnreadyAsync(CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(ProgramNames.All.Select(async x => (Name: x, IsReady: await BecomesReadyAsync(x, cancellationToken))));
        return [.. asked.Where(x => !x.IsReady).Select(x => x.Name)];
    }

    /// <summary>The wall clock of one, as its answers tell it to the second; null where it does not answer.</summary>
    public async Task<DateTimeOffset?> ClockOfAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://{folder.AddressOf(name)}/healthz/ready"), cancellationToken);
            return answer.Headers.Date;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    async Task<bool> BecomesReadyAsync(string name, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://{folder.AddressOf(name)}/healthz/ready");
        var since = TimeProvider.System.GetTimestamp();
        do
        {
            try
            {
                using var answer = await _http.GetAsync(address, cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return true;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // It does not even answer.
            }

            await Task.Delay(Pause, cancellationToken);
        }
        while (IsRunning(name) && TimeProvider.System.GetElapsedTime(since) < ReadyPatience);
        return false;
    }

    static string Text(Dictionary<string, string> settings) => string.Join('\n', settings.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key}={x.Value}"));
}
