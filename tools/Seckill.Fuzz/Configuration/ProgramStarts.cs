using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Seckill.Fuzz.Inputs;
using Seckill.Fuzz.Run;

namespace Seckill.Fuzz.Configuration;

/// <summary>Starts the programs with settings of all sorts, and with no server in reach, so that what they do cannot touch the system that is being tried.</summary>
sealed class ProgramStarts(FuzzRun run, PartResult result, string part, IReadOnlyList<SettingKey> api, IReadOnlyList<SettingKey> worker)
{
    const int Failed = 1;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    static readonly (string Key, string Value)[] Nowhere =
    [
        ("Database__MySql__Port", "1"), ("Database__Postgres__Port", "1"), ("Redis__Stock__Port", "1"), ("Redis__Cache__Port", "1"), ("Kafka__Bootstrap", "127.0.0.1:1"), ("RabbitMq__Port", "1"),
    ];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Parallel.ForAsync(0, run.Options.Starts, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken }, async (index, token) =>
        {
            var dice = new Dice(run.Seed, part + "-start", index);
            var name = dice.Pick(run.Options.Programs.Keys.Order(StringComparer.Ordinal).ToList());
            var keys = ConfigurationPart.Keys(dice, name == "api" ? api : worker);
            await StartAsync(index, dice, name, keys, token);
        });
        run.Say($"{part}: {run.Options.Starts} starts of programs");
    }

    async Task StartAsync(int index, Dice dice, string name, List<SettingKey> keys, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("seckill-fuzz-");
        var settings = ConfigurationPart.Settings(dice, keys).Where(x => x.Value is not null && !x.Value.Contains('\0', StringComparison.Ordinal) && x.Key[^1] != ':').ToDictionary();
        var file = dice.OneIn(6) ? JsonText.NoObject(dice, "{\"Kafka\":{\"Bootstrap\":\"127.0.0.1:1\"}}"u8.ToArray()) : null;
        if (file is not null)
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "appsettings.json"), file, cancellationToken);
        var url = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.FullName };
        start.ArgumentList.Add(run.Options.Programs[name]);
        start.Environment["ASPNETCORE_URLS"] = url;
        foreach (var (key, value) in Nowhere.Select(x => (x.Key, (string?)x.Value)).Concat(settings.Select(x => (x.Key.Replace(":", "__", StringComparison.Ordinal), x.Value))))
            start.Environment[key] = value;
        start.Environment["Logs__Directory"] = folder.FullName;

        var said = new ConcurrentQueue<string>();
        using var process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, e) => said.Enqueue(e.Data ?? "");
        process.OutputDataReceived += (_, e) => { };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var ended = await EndsAsync(process, url, cancellationToken);
        Judge(index, name, process, ended, string.Join('\n', said), keys, Encoding.UTF8.GetBytes(
            $"{name}\n{string.Join('\n', settings.Select(x => $"{x.Key}={x.Value}"))}\n{(file is null ? "" : "appsettings.json: " + Convert.ToBase64String(file))}"), file is not null);
        folder.Delete(recursive: true);
    }

    /// <summary>True when it ended by itself; false when it lived until it was told to stop, or did not stop.</summary>
    static async Task<bool> EndsAsync(Process process, string url, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience && !process.HasExited)
        {
            try
            {
                if ((await http.GetAsync(new Uri(url + "/healthz/live"), cancellationToken)).StatusCode == HttpStatusCode.OK)
                    break;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100, cancellationToken);
        }

        if (process.HasExited)
            return true;

        // A program that waits for servers may be told to stop at any time.
        using var signal = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(source.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        return false;
    }

    void Judge(int index, string name, Process process, bool ended, string said, List<SettingKey> keys, byte[] input, bool hasFile)
    {
        process.WaitForExit();
        result.Count(ended ? "programs that refused to start" : "programs that started");
        if (!ended && process.ExitCode != 0)
            Add("stop", $"{name} started, and ended with {process.ExitCode} when it was told to stop");
        else if (ended && process.ExitCode != Failed)
            Add("exit code", $"{name} ended by itself with exit code {process.ExitCode}");
        else if (ended && said.Contains("\n   at ", StringComparison.Ordinal))
            Add("stack", $"{name} ended with a stack and no message");
        else if (ended && !keys.Any(x => said.Contains(x.Name, StringComparison.OrdinalIgnoreCase)) && !(hasFile && said.Contains("appsettings.json", StringComparison.Ordinal)))
            Add("no key", $"{name} ended, and named no key that was set");

        void Add(string kind, string what)
            => run.Findings.Add($"start {kind} {keys[0].Options.Name}", part, -1, $"Start {index}: {what}: {said[..Math.Min(1500, said.Length)]}", input);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
