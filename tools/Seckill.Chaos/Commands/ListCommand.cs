using System.CommandLine;

using Seckill.Chaos.Matrix;
using Seckill.Chaos.Results;

namespace Seckill.Chaos.Commands;

/// <summary><c>list</c>: prints the matrix with what a seed draws for it, and does nothing.</summary>
static class ListCommand
{
    public static Command Create()
    {
        var (seed, rounds, round, only) = (ChaosCommandOptions.Seed(), ChaosCommandOptions.Rounds(), ChaosCommandOptions.Round(), ChaosCommandOptions.Only());
        var command = new Command("list", "Prints the schedule of a seed.") { seed, rounds, round, only };
        command.SetAction(parsed =>
        {
            foreach (var cell in Schedule.Of(FaultMatrix.Matching(parsed.GetValue(only)), parsed.GetValue(seed), parsed.GetValue(rounds), parsed.GetValue(round)))
                ChaosText.Write(Console.Out, ScheduledCell.Of(cell));
        });
        return command;
    }
}
