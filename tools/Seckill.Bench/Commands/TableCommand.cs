using System.CommandLine;

using Seckill.Bench.Scenarios;
using Seckill.Cli.Commands;

namespace Seckill.Bench.Commands;

/// <summary><c>table</c>: the three schemes on the same work.</summary>
static class TableCommand
{
    public static Command Create()
    {
        var orders = BenchCommand.Orders(20_000);
        var rounds = DemoCommand.Number("--rounds", "Rounds of each scheme.", 2, 1, 100);
        var local = BenchCommand.Address("--local", "Address of the process local-api.");
        var queue = BenchCommand.Address("--queue", "Address of the process queue-api.");
        return new BenchCommand("table", "Measures the three schemes on the same work.", (parsed, world, cancellationToken) => new TableScenario(
            world, parsed.GetRequiredValue(local), parsed.GetRequiredValue(queue), parsed.GetValue(orders), parsed.GetValue(rounds)).RunAsync(cancellationToken))
        {
            orders, rounds, local, queue,
        };
    }
}
