using System.CommandLine;
using System.Text.Json;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Cli.Faults;
using Seckill.Sagas.Audit;

namespace Seckill.Cli.Commands;

/// <summary>
/// <c>faults</c>: the parts of <c>./seckill demo --faults</c>. <c>settings</c> says how API and workers are to be started, <c>fail</c> lets orders fail, and
/// <c>mend</c>, once the workers were restarted without faults, ends them and says whether all is as it should be.
/// </summary>
static class FaultsCommand
{
    const int MostOrders = 7_000;

    public static Command Create() => new("faults", "The parts of the demo of failing orders.") { Settings(), Fail(), Mend() };

    static Command Settings()
    {
        var robotPort = RobotPort();
        var counts = new Option<string?>("--counts") { Description = "Prints the faults of the workers, who count passes together in this folder." };
        var command = new Command("settings", "Prints settings of API and workers, or the faults of the workers, as NAME=VALUE.") { robotPort, counts };
        command.SetAction(parsed =>
        {
            var settings = parsed.GetValue(counts) is { } folder ? FaultSettings.Faults(folder) : FaultSettings.Common(parsed.GetValue(robotPort));
            foreach (var (name, value) in settings)
                Console.WriteLine($"{name}={value}");
        });
        return command;
    }

    static Command Fail()
    {
        var orders = DemoCommand.Number("--orders", "Orders in all.", 60, FaultGroups.All.Count, MostOrders);
        var (api, robotPort, state) = (DemoCommand.Api(), RobotPort(), State());
        var command = new Command("fail", "Places orders that fail, and follows them as far as they get.") { api, robotPort, state, orders };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            using var client = Client(services, parsed.GetRequiredValue(api));
            var part = new FailingPart(
                parsed.GetValue(robotPort), parsed.GetValue(orders), Ledger(services), client, services.GetRequiredService<IConfiguration>(),
                TimeProvider.System, Console.Out);
            await JsonFile.WriteAsync(parsed.GetRequiredValue(state), await part.RunAsync(cancellationToken), cancellationToken);
            return 0;
        });
        return command;
    }

    static Command Mend()
    {
        var (api, robotPort, state) = (DemoCommand.Api(), RobotPort(), State());
        var json = new Option<FileInfo?>("--json") { Description = "File to write the result to." };
        var command = new Command("mend", "Ends what failed; exit code 0 only when every order ended where it should.") { api, robotPort, state, json };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            using var client = Client(services, parsed.GetRequiredValue(api));
            var before = await ReadAsync(parsed.GetRequiredValue(state), cancellationToken);
            var part = new MendingPart(
                parsed.GetValue(robotPort), before, Ledger(services), client, services.GetRequiredService<AuditService>(), TimeProvider.System, Console.Out);
            var result = await part.RunAsync(cancellationToken);
            FaultsText.Write(Console.Out, result);
            if (parsed.GetValue(json) is { } file)
                await JsonFile.WriteAsync(file, result, cancellationToken);
            return result.AsExpected ? 0 : 1;
        });
        return command;
    }

    static async Task<FaultsState> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        await using var stream = file.OpenRead();
        return await JsonSerializer.DeserializeAsync<FaultsState>(stream, JsonSerializerOptions.Web, cancellationToken)
            ?? throw new InvalidOperationException($"{file} is empty");
    }

    static FaultsApi Client(ServiceProvider services, Uri api) => new(api, ToolServices.Tokens(services));

    static FaultsLedger Ledger(ServiceProvider services) => ActivatorUtilities.CreateInstance<FaultsLedger>(services);

    static Option<FileInfo> State() => new("--state") { Description = "File that the first part writes and the second reads.", Required = true };

    static Option<int> RobotPort() => DemoCommand.Number(
        "--robot-port", "The port of 127.0.0.1 that the robots listen on.", 0, 1, 65_535);
}
