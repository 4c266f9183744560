using System.CommandLine;

using Seckill.Cli;

namespace Seckill.Bench.Commands;

/// <summary><c>local-api</c> and <c>queue-api</c>, the processes of the schemes that are compared with ours, and <c>collector</c>, to whom ours may send telemetry.</summary>
static class HostCommands
{
    public static Command LocalApi() => Create("local-api", "Serves orders with one MySQL transaction each.", Baselines.LocalApi.RunAsync);

    public static Command QueueApi() => Create("queue-api", "Serves orders through Kafka and a consumer of its own.", Baselines.QueueApi.RunAsync);

    public static Command Collector() => Create("collector", "Takes spans and metrics, and keeps none.", Surroundings.Collector.RunAsync);

    static Command Create(string name, string description, Func<CancellationToken, Task> run)
    {
        var command = new Command(name, description);
        command.SetGuardedAction(async (_, cancellationToken) =>
        {
            await run(cancellationToken);
            return 0;
        });
        return command;
    }
}
