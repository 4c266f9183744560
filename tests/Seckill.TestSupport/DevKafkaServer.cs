using System.Diagnostics;

namespace Seckill.TestSupport;

/// <summary>A Kafka of one's own: the development broker as a process, with faults on command. Ends with the object.</summary>
public sealed class DevKafkaServer : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process _process;

    DevKafkaServer(Process process, string bootstrap)
    {
        _process = process;
        Bootstrap = bootstrap;
    }

    /// <summary>Where clients find it, through all faults.</summary>
    public string Bootstrap { get; }

    /// <summary>Starts a broker.</summary>
    /// <param name="topics">Topics that exist from the start, as <c>name:partitions</c>; others get four partitions when first named.</param>
    public static async Task<DevKafkaServer> StartAsync(params string[] topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Seckill.DevKafka.dll"));
        foreach (var topic in topics)
        {
            start.ArgumentList.Add("--topic");
            start.ArgumentList.Add(topic);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("The development broker did not start.");
        try
        {
            var line = await ReadLineAsync(process).ConfigureAwait(false);
            const string Prefix = "bootstrap=";
            return line.StartsWith(Prefix, StringComparison.Ordinal)
                ? new DevKafkaServer(process, line[Prefix.Length..])
                : throw new InvalidOperationException($"The development broker began with '{line}'.");
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Cuts off all clients and refuses new ones.</summary>
    public Task DownAsync() => CommandAsync("down");

    /// <summary>Accepts clients again, with everything as it was.</summary>
    public Task UpAsync() => CommandAsync("up");

    /// <summary>Loses all records, groups and committed offsets; the address stays.</summary>
    public Task LoseEverythingAsync() => CommandAsync("lose");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        _process.Dispose();
    }

    async Task CommandAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command).ConfigureAwait(false);
        await _process.StandardInput.FlushAsync().ConfigureAwait(false);
        var line = await ReadLineAsync(_process).ConfigureAwait(false);
        if (line != $"done={command}")
            throw new InvalidOperationException($"The development broker answered '{line}' to '{command}'.");
    }

    static async Task<string> ReadLineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(Patience).ConfigureAwait(false)
        ?? throw new InvalidOperationException("The development broker ended.");
}
