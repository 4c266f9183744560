using System.CommandLine;

using Microsoft.Extensions.Configuration;

using Seckill.Chaos.Detours;
using Seckill.Chaos.Running;

namespace Seckill.Chaos.Commands;

/// <summary>Options by which the script says what it has set up.</summary>
sealed class StageOptions
{
    readonly Option<DirectoryInfo> _run = Folder("--run-folder", "Where ports and process ids are noted.");
    readonly Option<DirectoryInfo> _data = Folder("--data-folder", "Where servers keep their data.");
    readonly Option<DirectoryInfo> _logs = Folder("--log-folder", "Where logs are.");
    readonly Option<FileInfo> _orders = Pipe("--orders", "The pipe that orders to the script are written to.");
    readonly Option<FileInfo> _answers = Pipe("--answers", "The pipe that its answers are read from.");
    readonly Option<string[]> _own = new("--own") { Description = "A server that may be broken. Repeatable.", DefaultValueFactory = _ => [] };

    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var option in (Option[])[_run, _data, _logs, _orders, _answers, _own])
            command.Add(option);
    }

    public DirectoryInfo LogFolder(ParseResult parsed) => parsed.GetRequiredValue(_logs);

    public async Task<StageSet> OpenAsync(ParseResult parsed, int seed, IConfiguration configuration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var (data, own) = (parsed.GetRequiredValue(_data), parsed.GetValue(_own) ?? []);
        var folder = new RunFolder(parsed.GetRequiredValue(_run), data);
        var stage = new Stage(parsed.GetRequiredValue(_orders), parsed.GetRequiredValue(_answers));
        var detours = new DetourMap(folder, own, configuration);
        var alerts = await AlertReceiver.StartAsync(cancellationToken);
        var programs = new Programs(stage, folder, detours, alerts, Path.Combine(data.FullName, "fault-passes"), seed);
        return new StageSet(stage, alerts, new ChaosWorld(stage, folder, detours, programs, data, LogFolder(parsed), configuration["Kafka:Bootstrap"]!, own));
    }

    static Option<DirectoryInfo> Folder(string name, string description) => new(name) { Description = description, Required = true };

    static Option<FileInfo> Pipe(string name, string description) => new(name) { Description = description, Required = true };
}

/// <summary>All that faults work on, to be put away at the end.</summary>
sealed class StageSet(Stage stage, AlertReceiver alerts, ChaosWorld world) : IAsyncDisposable
{
    public ChaosWorld World { get; } = world;

    public async ValueTask DisposeAsync()
    {
        World.Programs.Dispose();
        await World.Detours.DisposeAsync();
        await alerts.DisposeAsync();
        stage.Dispose();
    }
}
