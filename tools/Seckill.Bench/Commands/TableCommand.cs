using System.CommandLine;

using Seckill.Bench.Results;
using Seckill.Bench.Scenarios;

namespace Seckill.Bench.Commands;

/// <summary><c>table</c>: a round of one of the three schemes.</summary>
static class TableCommand
{
    public static Command Create()
    {
        var scheme = new Option<string>("--scheme") { Description = "local, queue or twoPhase.", Required = true };
        scheme.AcceptOnlyFromAmong([.. TableSide.All.Select(x => x.Scheme)]);
        var orders = BenchCommand.Orders(20_000);
        var tuned = new Option<FileInfo?>("--tuned") { Description = "The part of an earlier round, which has chosen how many orders are in flight." };
        return new BenchCommand("table", "Measures a round of one of three schemes on the same work.", async (parsed, world, cancellationToken) =>
        {
            var side = TableSide.All.First(x => x.Scheme == parsed.GetValue(scheme));
            var earlier = parsed.GetValue(tuned) is { } file ? await BenchFile.ReadAsync(file, cancellationToken) : null;
            return await new TableScenario(world, side, world.Api, parsed.GetValue(orders)).RunAsync(earlier?.Sides![0].InFlight, cancellationToken);
        })
        {
            scheme, orders, tuned,
        };
    }
}
