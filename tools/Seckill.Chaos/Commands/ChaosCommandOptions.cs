using System.CommandLine;

using Seckill.Chaos.Matrix;
using Seckill.Cli.Commands;

namespace Seckill.Chaos.Commands;

/// <summary>The options that commands share.</summary>
static class ChaosCommandOptions
{
    public static Option<int> Seed() => DemoCommand.Number("--seed", "What is drawn follows from it.", 1, 0, 999_999_999);

    public static Option<int> Rounds() => DemoCommand.Number("--rounds", "How often each cell is played, with other draws each time.", 1, 1, 1000);

    public static Option<string?> Only()
    {
        var only = new Option<string?>("--only") { Description = "Cells, as their names or the beginnings of them up to a slash, with * for anything and commas between." };
        only.Validators.Add(result =>
        {
            if (result.GetValue(only) is { } patterns && FaultMatrix.Matching(patterns).Count == 0)
                result.AddError($"--only '{patterns}' fits no cell; ./seckill chaos --list names them.");
        });
        return only;
    }
}
