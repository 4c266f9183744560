using System.CommandLine;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Chaos.Judging;
using Seckill.Chaos.Matrix;
using Seckill.Chaos.Results;
using Seckill.Chaos.Running;
using Seckill.Cli;
using Seckill.Cli.Demo;

namespace Seckill.Chaos.Commands;

/// <summary><c>run</c>: plays a schedule against the servers that the script has started, and has it start the programs.</summary>
static class RunCommand
{
    public static Command Create()
    {
        var (seed, rounds, round, only) = (ChaosCommandOptions.Seed(), ChaosCommandOptions.Rounds(), ChaosCommandOptions.Round(), ChaosCommandOptions.Only());
        var json = new Option<FileInfo?>("--json") { Description = "File to write the result to, after each cell." };
        var line = new Option<string>("--command") { Description = "The command line, for the result.", Required = true };
        var stage = new StageOptions();
        var command = new Command("run", "Plays the schedule of a seed.") { seed, rounds, round, only, json, line };
        stage.AddTo(command);
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            var options = new ChaosOptions
            {
                Seed = parsed.GetValue(seed),
                Rounds = parsed.GetValue(rounds),
                Round = parsed.GetValue(round),
                Only = parsed.GetValue(only),
                Json = parsed.GetValue(json),
                Command = parsed.GetRequiredValue(line),
                LogFolder = stage.LogFolder(parsed),
            };
            await using var services = ToolServices.Build();
            await using var set = await stage.OpenAsync(parsed, options.Seed, services.GetRequiredService<IConfiguration>(), cancellationToken);
            using var cells = new CellServices(services, set.World.Detours);
            var (possible, leftOut) = Possible(FaultMatrix.Matching(options.Only), set.World);
            var schedule = Schedule.Of(possible, options.Seed, options.Rounds, options.Round);
            if (schedule.Count == 0)
                throw new StageException($"There is nothing to play: {string.Join("; ", leftOut)}");

            var result = await BeginAsync(options, schedule, leftOut, services, cancellationToken);
            var run = new ChaosRun(new CellPlayer(options.Seed, options.LogFolder, set.World, cells), result, options.Json, Console.Out);
            try
            {
                await run.RunAsync(schedule, cancellationToken);
            }
            finally
            {
                ChaosText.WriteEnd(Console.Out, run.Result);
            }

            return run.Result.Findings == 0 ? 0 : 1;
        });
        return command;
    }

    static (IReadOnlyList<Cell> Possible, IReadOnlyList<string> LeftOut) Possible(IReadOnlyList<Cell> cells, ChaosWorld world)
    {
        var foreign = cells.Where(x => x.Server is { } server && !world.Own.Contains(server)).GroupBy(x => x.Server!)
            .Select(x => $"{string.Join(", ", x.Select(y => y.Name))}: {x.Key} is not ours to break");
        return ([.. cells.Where(x => x.Server is not { } server || world.Own.Contains(server))], [.. foreign]);
    }

    static async Task<ChaosResult> BeginAsync(
        ChaosOptions options, IReadOnlyList<PlannedCell> schedule, IReadOnlyList<string> leftOut, ServiceProvider services, CancellationToken cancellationToken)
    {
        var result = new ChaosResult
        {
            Command = options.Command,
            Seed = options.Seed,
            Rounds = options.Rounds,
            StartedAt = DateTimeOffset.UtcNow,
            Commit = await Machine.CommitAsync(cancellationToken),
            Machine = Machine.Here(),
            Versions = await ActivatorUtilities.CreateInstance<DemoLedger>(services).VersionsAsync(cancellationToken),
            Schedule = [.. schedule.Select(ScheduledCell.Of)],
            LeftOut = leftOut,
            BoundSeconds = (int)CellRun.Bound.TotalSeconds,
            Cells = [],
        };
        Console.WriteLine();
        Console.WriteLine($"Schedule: {schedule.Count} cells");
        foreach (var cell in result.Schedule)
            ChaosText.Write(Console.Out, cell);
        foreach (var reason in leftOut)
            Console.WriteLine($"  left out: {reason}");
        Console.WriteLine();
        Console.WriteLine("Cells");
        if (options.Json is { } file)
            await JsonFile.WriteAsync(file, result, cancellationToken);
        return result;
    }
}
