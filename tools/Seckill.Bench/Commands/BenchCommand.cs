using System.CommandLine;

using Seckill.Bench.Results;
using Seckill.Bench.Scenarios;
using Seckill.Bench.Surroundings;
using Seckill.Cli;
using Seckill.Cli.Commands;

namespace Seckill.Bench.Commands;

/// <summary>A command that measures a part of a run, and writes it to a file of its own.</summary>
sealed class BenchCommand : Command
{
    readonly Option<Uri> _api = DemoCommand.Api();
    readonly Option<FileInfo> _out = new("--out") { Description = "File to write this part's result to.", Required = true };
    readonly Option<NamedProcess[]> _processes = new("--process")
    {
        Description = "A process to measure, as name=pid. Repeatable.",
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            var processes = new List<NamedProcess>();
            foreach (var token in result.Tokens)
            {
                if (NamedProcess.Parse(token.Value) is { } process)
                    processes.Add(process);
                else
                    result.AddError($"--process must be name=pid, not '{token.Value}'");
            }

            return [.. processes];
        },
    };

    public BenchCommand(string name, string description, Func<ParseResult, BenchWorld, CancellationToken, Task<BenchResult>> run)
        : base(name, description)
    {
        Add(_api);
        Add(_out);
        Add(_processes);
        this.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            var world = new BenchWorld(parsed.GetRequiredValue(_api), new CpuMeter(parsed.GetValue(_processes) ?? []), services, Console.Out);
            await BenchFile.WriteAsync(parsed.GetRequiredValue(_out), await run(parsed, world, cancellationToken), cancellationToken);
            return 0;
        });
    }

    public static Option<int> Orders(int value) => DemoCommand.Number("--orders", "Orders of each measured load.", value, 1, 10_000_000);
}
