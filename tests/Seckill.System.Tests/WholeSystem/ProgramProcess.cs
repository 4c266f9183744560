using System.Diagnostics;

using Seckill.TestSupport;

namespace Seckill.System.Tests.WholeSystem;

/// <summary>One of our programs as a process of its own, built as the tests were.</summary>
public sealed class ProgramProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    readonly Process _process;
    readonly Queue<string> _output = new();

    ProgramProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
        process.OutputDataReceived += (_, e) => Note(e.Data);
        process.ErrorDataReceived += (_, e) => Note(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it serves HTTP.</summary>
    public Uri Address { get; }

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts a program and waits until it is live; ready is another question.</summary>
    public static async Task<ProgramProcess> StartAsync(string project, IReadOnlyDictionary<string, string> settings, int? port = null)
    {
        var address = new Uri($"http://127.0.0.1:{port ?? FreePort.Next()}");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Assembly(project));
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        var program = new ProgramProcess(Process.Start(start) ?? throw new InvalidOperationException($"{project} did not start"), address);
        try
        {
            await program.WaitAsync("/healthz/live");
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }

        return program;
    }

    /// <summary>Waits until the program says that it is ready for work.</summary>
    public Task WaitUntilReadyAsync() => WaitAsync("/healthz/ready");

    /// <summary>What it measures, as Prometheus reads it.</summary>
    public async Task<string> ScrapeAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        return await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    /// <summary>Waits until the process is gone.</summary>
    public Task WaitForExitAsync() => _process.WaitForExitAsync().WaitAsync(Patience);

    /// <summary>Ends it at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    static string Assembly(string project)
    {
        // …/tests/Seckill.System.Tests/bin/<configuration>/<framework>/
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Checkout.Root, project, "bin", output.Parent!.Name, output.Name, project + ".dll");
    }

    async Task WaitAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(10) };
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{Address} ended with {_process.ExitCode}: {Output()}");

            try
            {
                using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }

            if (watch.Elapsed > Patience)
                throw new TimeoutException($"{Address}{path} was not well within {Patience}: {Output()}");

            await Task.Delay(50);
        }
    }

    string Output()
    {
        lock (_output)
            return string.Join(Environment.NewLine, _output);
    }

    void Note(string? line)
    {
        if (line is null)
            return;

        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > 40)
                _output.Dequeue();
        }
    }
}
