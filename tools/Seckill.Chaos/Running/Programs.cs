using Seckill.Chaos.Detours;

namespace Seckill.Chaos.Running;

/// <summary>The API and the workers: two of each, started and ended as cells want them.</summary>
sealed class Programs(Stage stage, RunFolder folder, DetourMap detours, string countsDirectory) : IDisposable
{
    static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    readonly Dictionary<string, string> _common = ProgramSettings.Common(detours);
    readonly Dictionary<string, string> _startedWith = [];
    readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public string CountsDirectory => countsDirectory;

    public bool IsRunning(string name) => folder.ProcessIdOf(name) is not null;

    /// <summary>Has all of them run, with these settings besides the common ones; one that runs with others is started anew.</summary>
    /// <param name="special">Settings of some.</param>
    public async Task EnsureAsync(IReadOnlyDictionary<string, Dictionary<string, string>>? special = null)
    {
        var wanted = ProgramNames.All.ToDictionary(x => x, x => OwnSettings(x, special?.GetValueOrDefault(x)));
        var outdated = ProgramNames.All.Where(x => IsRunning(x) && _startedWith.GetValueOrDefault(x) != Text(wanted[x])).ToArray();
        await stage.StopAsync(outdated);
        await StartAsync([.. ProgramNames.All.Where(x => !IsRunning(x))], special);
    }

    /// <summary>Has all of them run, whatever they were started with.</summary>
    public Task StartMissingAsync() => StartAsync([.. ProgramNames.All.Where(x => !IsRunning(x))]);

    /// <summary>Starts those that do not run.</summary>
    public async Task StartAsync(IReadOnlyCollection<string> names, IReadOnlyDictionary<string, Dictionary<string, string>>? special = null)
    {
        foreach (var alike in names.GroupBy(x => Text(OwnSettings(x, special?.GetValueOrDefault(x)))))
        {
            var own = OwnSettings(alike.First(), special?.GetValueOrDefault(alike.First()));
            // Before it is tried: of several, some may start though others don't.
            foreach (var name in alike)
                _startedWith[name] = alike.Key;
            await stage.StartAsync([.. alike], _common.Concat(own));
        }
    }

    /// <summary>Those that do not say within a minute that they are ready.</summary>
    public async Task<IReadOnlyList<string>> UnreadyAsync(CancellationToken cancellationToken)
    {
        var asked = await Task.WhenAll(ProgramNames.All.Select(async x => (Name: x, IsReady: await BecomesReadyAsync(x, cancellationToken))));
        return [.. asked.Where(x => !x.IsReady).Select(x => x.Name)];
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

    Dictionary<string, string> OwnSettings(string name, Dictionary<string, string>? special)
    {
        var own = ProgramNames.Workers.Contains(name) ? ProgramSettings.Faults(countsDirectory) : [];
        foreach (var (key, value) in special ?? [])
            own[key] = value;
        return own;
    }

    static string Text(Dictionary<string, string> settings) => string.Join('\n', settings.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key}={x.Value}"));
}
