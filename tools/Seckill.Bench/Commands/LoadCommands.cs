using System.CommandLine;

using Seckill.Bench.Scenarios;
using Seckill.Cli.Commands;

namespace Seckill.Bench.Commands;

/// <summary><c>flood</c>, <c>steady</c>, <c>overload</c>, <c>concurrent</c>, <c>scale</c>, <c>history</c>, <c>drain-fill</c> and <c>drain</c>.</summary>
static class LoadCommands
{
    public static Command Flood()
    {
        var orders = BenchCommand.Orders(100_000);
        return new BenchCommand("flood", "A sale in which 95 of 100 buyers come too late.",
            (parsed, world, cancellationToken) => new FloodScenario(world, parsed.GetValue(orders)).RunAsync(cancellationToken)) { orders };
    }

    public static Command Steady()
    {
        var rate = DemoCommand.Number("--rate", "Orders offered each second.", 1_200, 1, 100_000);
        var seconds = DemoCommand.Number("--seconds", "For how long.", 60, 1, 3_600);
        return new BenchCommand("steady", "A fixed rate, offered whatever the system does.", (parsed, world, cancellationToken)
            => new SteadyScenario(world, parsed.GetValue(rate), parsed.GetValue(seconds)).RunAsync(cancellationToken)) { rate, seconds };
    }

    public static Command Overload()
    {
        var orders = BenchCommand.Orders(20_000);
        var seconds = DemoCommand.Number("--seconds", "For how long more is offered than can be decided.", 20, 1, 3_600);
        return new BenchCommand("overload", "Three times as many orders a second as can be decided.", (parsed, world, cancellationToken)
            => new OverloadScenario(world, parsed.GetValue(orders), parsed.GetValue(seconds)).RunAsync(cancellationToken)) { orders, seconds };
    }

    public static Command Concurrent()
    {
        var orders = BenchCommand.Orders(20_000);
        return new BenchCommand("concurrent", "So many undecided orders at a time.",
            (parsed, world, cancellationToken) => new ConcurrentScenario(world, parsed.GetValue(orders)).RunAsync(cancellationToken)) { orders };
    }

    public static Command Scale()
    {
        var orders = BenchCommand.Orders(20_000);
        var axis = new Option<string>("--axis") { Description = "What is varied.", Required = true };
        var value = new Option<string>("--value") { Description = "Its value, for the result.", Required = true };
        var skus = DemoCommand.Number("--skus", "SKUs that the orders are spread over.", 1, 1, 10_000);
        return new BenchCommand("scale", "A load at one point of an axis.", (parsed, world, cancellationToken) => new ScaleScenario(
            world, parsed.GetRequiredValue(axis), parsed.GetRequiredValue(value), parsed.GetValue(orders), parsed.GetValue(skus)).RunAsync(cancellationToken))
        {
            orders, axis, value, skus,
        };
    }

    public static Command History()
    {
        var orders = DemoCommand.Number("--orders", "Earlier orders that there shall be.", 10_000, 1, 10_000_000);
        return new BenchCommand("history", "Fills the tables with earlier orders.",
            (parsed, world, cancellationToken) => new PastOrders(world).FillAsync(parsed.GetValue(orders), cancellationToken)) { orders };
    }

    public static Command DrainFill()
    {
        var orders = BenchCommand.Orders(200_000);
        var state = State();
        return new BenchCommand("drain-fill", "Admits and publishes orders that nobody works on yet.", (parsed, world, cancellationToken)
            => new DrainScenario(world, parsed.GetRequiredValue(state)).FillAsync(parsed.GetValue(orders), cancellationToken)) { orders, state };
    }

    public static Command Drain()
    {
        var state = State();
        return new BenchCommand("drain", "Waits until started workers are through with the backlog.",
            (parsed, world, cancellationToken) => new DrainScenario(world, parsed.GetRequiredValue(state)).AwaitAsync(cancellationToken)) { state };
    }

    static Option<FileInfo> State() => new("--state") { Description = "File that drain-fill leaves for drain.", Required = true };
}
