using System.CommandLine;

using Seckill.Chaos.Matrix;
using Seckill.Cli.Commands;

namespace Seckill.Chaos.Commands;

/// <summary>The options that commands share.</summary>
static class ChaosCommandOptions
{
    public static Option<int> Seed() => DemoCommand.Number("--seed", "What is drawn follows from it.", 1, 0, 999_999_999);

    public static Option<int> Rounds() => DemoCommand.Number("--rounds", "How often each cell is played, with other draws each time.", 1, 1, 1000);

    // A soak counts each cell as a round.
    public static Option<int> Round() => DemoCommand.Number("--round", "The first round that is played.", 1, 1, 999_999_999);

    public static Option<string?> Only()
    {
        var only = new Option<string?>("--only") { Description = "Cells, as their names or the beginnings of them up to a slash, with * for anything and commas between." };
        only.Validators.Add(result =>
        {
            foreach (var pattern in FaultMatrix.Patterns(result.GetValue(only)).Where(x => FaultMatrix.Matching(x).Count == 0))
                result.AddError($"--only '{pattern}' fits no cell; ./seckill chaos --list names them.");
        });
        return only;
    }
}
