using System.CommandLine;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Chaos.Judging;
using Seckill.Chaos.Results;
using Seckill.Chaos.Soaking;
using Seckill.Cli;
using Seckill.Cli.Commands;
using Seckill.Cli.Demo;

namespace Seckill.Chaos.Commands;

/// <summary><c>soak</c>: random cells until the time is up, and whether anything has grown meanwhile.</summary>
static class SoakCommand
{
    public static Command Create()
    {
        var seed = ChaosCommandOptions.Seed();
        var minutes = DemoCommand.Number("--minutes", "How long.", 30, 1, 100_000);
        var json = new Option<FileInfo?>("--json") { Description = "File to write the result to, after each cell." };
        var line = new Option<string>("--command") { Description = "The command line, for the result.", Required = true };
        var stage = new StageOptions();
        var command = new Command("soak", "Plays random cells for a while and watches what grows.") { seed, minutes, json, line };
        stage.AddTo(command);
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            await using var set = await stage.OpenAsync(parsed, parsed.GetValue(seed), services.GetRequiredService<IConfiguration>(), cancellationToken);
            using var cells = new CellServices(services, set.World.Detours);
            var result = new SoakResult
            {
                Command = parsed.GetRequiredValue(line),
                Seed = parsed.GetValue(seed),
                Minutes = parsed.GetValue(minutes),
                StartedAt = DateTimeOffset.UtcNow,
                Commit = await Machine.CommitAsync(cancellationToken),
                Machine = Machine.Here(),
                Cells = [],
                Samples = [],
                Growth = [],
            };
            var sampler = ActivatorUtilities.CreateInstance<Sampler>(services, set.World, stage.LogFolder(parsed));
            var run = new SoakRun(new CellPlayer(result.Seed, stage.LogFolder(parsed), set.World, cells), sampler, result, parsed.GetValue(json), Console.Out);
            try
            {
                await run.RunAsync(SoakRun.Cells(set.World.Own), cancellationToken);
            }
            finally
            {
                ChaosText.WriteEnd(Console.Out, run.Result);
            }

            return run.Result.Findings == 0 ? 0 : 1;
        });
        return command;
    }
}
