using System.CommandLine;

using Seckill.Bench.Results;
using Seckill.Bench.Scenarios;
using Seckill.Bench.Surroundings;
using Seckill.Cli.Commands;

namespace Seckill.Bench.Commands;

/// <summary><c>table</c> and <c>telemetry</c>: a round of one of the sides that are compared.</summary>
static class RoundCommands
{
    public static Command Table()
    {
        var scheme = new Option<string>("--scheme") { Description = "local, queue or twoPhase.", Required = true };
        scheme.AcceptOnlyFromAmong([.. Side.Schemes.Select(x => x.Scheme)]);
        var orders = BenchCommand.Orders(20_000);
        var tuned = new Option<FileInfo?>("--tuned") { Description = "The part of an earlier round, which has chosen how many orders are in flight." };
        return new BenchCommand("table", "Measures a round of one of three schemes on the same work.", async (parsed, world, cancellationToken) =>
        {
            var side = Side.Schemes.First(x => x.Scheme == parsed.GetValue(scheme));
            var earlier = parsed.GetValue(tuned) is { } file ? await BenchFile.ReadAsync(file, cancellationToken) : null;
            return await new RoundScenario(world, side, parsed.GetValue(orders)).RunAsync(earlier?.Sides![0].InFlight, cancellationToken);
        })
        {
            scheme, orders, tuned,
        };
    }

    public static Command Telemetry()
    {
        var orders = BenchCommand.Orders(40_000);
        var collector = DemoCommand.Address(
            "--collector", "The collector that the programs send to, http://host:port; without it they have telemetry switched off.", isRequired: false);
        return new BenchCommand("telemetry", "Measures a round without telemetry, or with all of it.", async (parsed, world, cancellationToken) =>
        {
            var address = parsed.GetValue(collector);
            var side = address is null ? Side.WithoutTelemetry : Side.WithTelemetry;
            var round = await new RoundScenario(world, side, parsed.GetValue(orders)).RunAsync(null, cancellationToken);
            return address is null ? round : round with { Audit = round.Audit!.With(await Collector.CheckAsync(address, cancellationToken)) };
        })
        {
            orders, collector,
        };
    }
}
