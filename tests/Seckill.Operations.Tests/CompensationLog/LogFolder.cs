using System.Diagnostics.Metrics;

using Dapper;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Operations.CompensationLog;
using Seckill.Operations.Postgres;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.CompensationLog;

/// <summary>A folder of log files, and the processes that write to it.</summary>
sealed class LogFolder(PostgresDatabase database) : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly List<DoubleLog> _logs = [];
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<CompensationLogMetrics>().BuildServiceProvider();

    public string Path { get; } = Directory.CreateTempSubdirectory("seckill-steps-").FullName;

    /// <summary>Where the instruments of all of them are from.</summary>
    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    /// <summary>What all of them logged.</summary>
    public CollectedLog<DoubleLog> Logged { get; } = new();

    public IReadOnlyList<string> Files => Directory.GetFiles(Path, "*.jsonl").Order(StringComparer.Ordinal).ToList();

    public IReadOnlyList<string> Lines => Files.SelectMany(File.ReadAllLines).ToList();

    public CompensationLogReplay Replay => new(database);

    public static LogFolder For(PostgresDatabase database) => new(database);

    public static CompensationStep Step(int number, Guid? orderId = null) => new()
    {
        At = Noon.AddSeconds(number).AddTicks(12_340),
        OrderId = orderId ?? Guid.NewGuid(),
        Step = CompensationStepNames.AttemptFailed,
        Attempt = number,
        Cause = "redis",
        Detail = $"Failure {number}",
        DurationMs = 17,
        Instance = "host:1",
    };

    /// <summary>A process of its own, as far as files and table can tell.</summary>
    public DoubleLog NewLog(string storage, Action<CompensationLogOptions>? change = null, TimeProvider? clock = null)
    {
        var options = new CompensationLogOptions { LogStorage = storage, LogPath = Path };
        change?.Invoke(options);
        var log = new DoubleLog(
            Options.Create(options), database, _services.GetRequiredService<CompensationLogMetrics>(), clock ?? TimeProvider.System, Logged);
        _logs.Add(log);
        return log;
    }

    public async Task<DoubleLog> StartAsync(string storage, Action<CompensationLogOptions>? change = null, TimeProvider? clock = null)
    {
        var log = NewLog(storage, change, clock);
        await log.StartAsync(CancellationToken.None);
        return log;
    }

    public async Task<long> CountAsync()
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM compensation_logs");
    }

    public Task TableHoldsAsync(int steps)
        => Eventually.HoldsAsync(async () => await CountAsync() == steps, $"the table has {steps} steps");

    public Task FilesHoldAsync(int steps) => Eventually.HoldsAsync(() => Lines.Count == steps, $"the files have {steps} lines");

    /// <summary>Writes a file as a process of former times has left it.</summary>
    public string Leave(string name, params string[] parts)
    {
        var file = System.IO.Path.Combine(Path, name);
        File.WriteAllText(file, string.Concat(parts));
        return file;
    }

    public static string Line(CompensationStep step) => System.Text.Encoding.UTF8.GetString(StepLine.Write(step)) + "\n";

    public async ValueTask DisposeAsync()
    {
        foreach (var log in _logs)
        {
            await log.StopAsync(CancellationToken.None);
            log.Dispose();
        }

        await _services.DisposeAsync();
        Directory.Delete(Path, recursive: true);
    }
}
