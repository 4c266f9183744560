using System.Diagnostics;
using System.Globalization;

namespace Seckill.TestSupport;

/// <summary>A server that a test started, with a folder of its own under the system's folder for temporary files.</summary>
sealed class ServerProcess : IAsyncDisposable
{
    const int StartSeconds = 60;

    readonly Process _process;
    readonly List<string> _output = [];

    ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Note(e.Data);
        process.ErrorDataReceived += (_, e) => Note(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static ServerProcess Start(string fileName, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(fileName) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{fileName} did not start"));
    }

    public static async Task RunAsync(string fileName, IEnumerable<string> arguments)
    {
        await using var process = Start(fileName, arguments);
        await process._process.WaitForExitAsync();
        if (process._process.ExitCode != 0)
            throw new InvalidOperationException($"{fileName} ended with {process._process.ExitCode}: {process.Output}");
    }

    /// <summary>Runs a program and returns the last line that it prints.</summary>
    public static async Task<string> AskAsync(string fileName, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(fileName, arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{fileName} did not start");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.TrimEnd().Split('\n')[^1]
            : throw new InvalidOperationException($"{fileName} ended with {process.ExitCode}");
    }

    public static string NewFolder(string name) => Directory.CreateTempSubdirectory($"seckill-{name}-").FullName;

    public bool HasEnded => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
                return string.Join(Environment.NewLine, _output.TakeLast(20));
        }
    }

    /// <summary>Waits until the server answers.</summary>
    public async Task WaitUntilAsync(Func<Task<bool>> answers)
    {
        var deadline = Stopwatch.StartNew();
        while (!await answers())
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The server ended with {_process.ExitCode}: {Output}");
            if (deadline.Elapsed > TimeSpan.FromSeconds(StartSeconds))
                throw new TimeoutException($"The server did not answer within {StartSeconds} s: {Output}");

            await Task.Delay(20);
        }
    }

    /// <summary>Stops it and its children where they are: connections stay, and nobody answers.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>Ends it at once, as a crash does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    Task SignalAsync(string signal)
    {
        var id = _process.Id.ToString(CultureInfo.InvariantCulture);
        var children = File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return RunAsync("kill", [signal, id, .. children]);
    }

    void Note(string? line)
    {
        if (line is null)
            return;

        lock (_output)
            _output.Add(line);
    }
}
