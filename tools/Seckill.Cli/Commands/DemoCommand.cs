using System.CommandLine;
using System.Globalization;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Cli.Demo;
using Seckill.Sagas.Audit;

namespace Seckill.Cli.Commands;

/// <summary><c>demo</c>: runs a sale through HTTP against running services, and says whether the books balance afterwards.</summary>
static class DemoCommand
{
    public static Command Create()
    {
        var api = Api();
        var buyers = Number("--buyers", "Distinct buyers, spread evenly over the activities.", 20_000, 1, 1_000_000);
        var stock = Number("--stock", "Units of each activity.", 1_000, 1, 1_000_000);
        var activities = Number("--activities", "Activities, each with one SKU.", 3, 1, 900);
        var connections = Number("--connections", "Connections that send orders.", 64, 1, 4_000);
        var followers = Number("--followers", "Connections that wait for decisions.", 256, 1, 10_000);
        var warmUp = Number("--warm-up", "Buyers of a sale before the sale, of half as many units, which is not counted.", 12_000, 0, 100_000);
        var patience = Number("--patience", "Seconds to wait while nothing is answered or decided, or a server is away.", 120, 1, 3_600);
        var restarts = new Option<FileInfo?>("--restarts") { Description = "File with the name of each program and server that had to be started again, a line each." };
        var json = new Option<FileInfo?>("--json") { Description = "File to write the result to." };
        var apiPid = ProcessIds("--api-pid", "The API's process id, for its memory.");
        var workerPids = ProcessIds("--worker-pid", "The workers' process ids, with commas between, for their memory.");
        var command = new Command("demo", "Runs a sale through HTTP; exit code 0 only when the books balance.")
        {
            api, buyers, stock, activities, connections, followers, warmUp, patience, restarts, json, apiPid, workerPids,
        };
        command.SetGuardedAction((parsed, cancellationToken) => RunAsync(new DemoOptions
        {
            Api = parsed.GetRequiredValue(api),
            Buyers = parsed.GetValue(buyers),
            Stock = parsed.GetValue(stock),
            Activities = parsed.GetValue(activities),
            Connections = parsed.GetValue(connections),
            Followers = parsed.GetValue(followers),
            WarmUpBuyers = parsed.GetValue(warmUp),
            PatienceSeconds = parsed.GetValue(patience),
            Restarts = parsed.GetValue(restarts),
            Json = parsed.GetValue(json),
            ApiPids = parsed.GetValue(apiPid) ?? [],
            WorkerPids = parsed.GetValue(workerPids) ?? [],
            Command = "demo " + string.Create(CultureInfo.InvariantCulture,
                $"--buyers {parsed.GetValue(buyers)} --stock {parsed.GetValue(stock)} --activities {parsed.GetValue(activities)}")
                + string.Create(CultureInfo.InvariantCulture,
                $" --connections {parsed.GetValue(connections)} --followers {parsed.GetValue(followers)} --warm-up {parsed.GetValue(warmUp)}"),
        }, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        await using var services = ToolServices.Build();
        var ledger = ActivatorUtilities.CreateInstance<DemoLedger>(services);
        var audit = services.GetRequiredService<AuditService>();
        var run = new DemoRun(options, ledger, audit, ToolServices.Tokens(services), TimeProvider.System, Console.Out);
        var result = await run.RunAsync(cancellationToken);
        DemoText.Write(Console.Out, result);
        if (options.Json is { } file)
            await JsonFile.WriteAsync(file, result, cancellationToken);

        return result.Balanced ? 0 : 1;
    }

    internal static Option<Uri> Api() => Address("--api", "Address of the API, http://host:port.", isRequired: true);

    internal static Option<Uri> Address(string name, string description, bool isRequired) => new(name)
    {
        Description = description,
        Required = isRequired,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp)
                return address;

            result.AddError($"{name} must be an address like http://127.0.0.1:5000, not '{result.Tokens[0].Value}'");
            return null;
        },
    };

    internal static Option<int> Number(string name, string description, int value, int minimum, int maximum) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var given) && given >= minimum && given <= maximum)
                return given;

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {minimum} to {maximum}, not '{result.Tokens[0].Value}'"));
            return value;
        },
    };

    static Option<int[]> ProcessIds(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var ids = new List<int>();
            foreach (var text in result.Tokens[0].Value.Split(','))
            {
                if (int.TryParse(text, CultureInfo.InvariantCulture, out var id) && id > 0)
                    ids.Add(id);
                else
                    result.AddError($"{name} must be process ids with commas between, not '{text}'");
            }

            return [.. ids];
        },
    };
}
