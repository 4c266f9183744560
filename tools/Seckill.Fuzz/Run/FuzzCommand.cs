using System.CommandLine;
using System.Globalization;

using Seckill.Cli;
using Seckill.Cli.Commands;
using Seckill.Cli.Demo;
using Seckill.Fuzz.Configuration;
using Seckill.Fuzz.Http;
using Seckill.Fuzz.Kafka;
using Seckill.Fuzz.Lua;

namespace Seckill.Fuzz.Run;

/// <summary><c>run</c>: the parts on a running system; exit code 0 only without findings.</summary>
static class FuzzCommand
{
    public static Command Create()
    {
        var api = DemoCommand.Api();
        var seed = DemoCommand.Number("--seed", "What all inputs are made from.", 1, 0, 999_999_999);
        var inputs = DemoCommand.Number("--inputs", "Inputs of all parts together.", 1_000_000, 1, 999_999_999);
        var at = new Option<long?>("--at") { Description = "The one input to try." };
        var only = new Option<string[]>("--only") { Description = "Parts to run.", DefaultValueFactory = _ => [] };
        var json = new Option<FileInfo?>("--json") { Description = "File to write the result to." };
        var findings = new Option<DirectoryInfo?>("--findings") { Description = "Folder to save what was found in." };
        var starts = DemoCommand.Number("--starts", "How often the programs are started with settings of all sorts.", 40, 0, 10_000);
        var processes = Pairs("--process", "A process to watch, as name=pid.");
        var programs = Pairs("--program", "A program to start, as name=assembly.");
        var command = new Command("run", "Tries inputs of all sorts on a running system; exit code 0 only when nothing was found.")
        {
            api, seed, inputs, at, only, json, findings, starts, processes, programs,
        };
        command.SetGuardedAction((parsed, cancellationToken) => RunAsync(
            new FuzzOptions
            {
                Api = parsed.GetRequiredValue(api),
                Seed = parsed.GetValue(seed),
                Inputs = parsed.GetValue(inputs),
                At = parsed.GetValue(at),
                Only = parsed.GetValue(only) ?? [],
                Starts = parsed.GetValue(starts),
                Processes = [.. (parsed.GetValue(processes) ?? []).Select(x => new NamedProcess(x.Name, int.Parse(x.Value, CultureInfo.InvariantCulture)))],
                Programs = (parsed.GetValue(programs) ?? []).ToDictionary(x => x.Name, x => x.Value),
            },
            parsed.GetValue(json), parsed.GetValue(findings), cancellationToken));
        return command;
    }

    /// <summary>All parts, in the order in which they run.</summary>
    public static IReadOnlyList<FuzzPart> Parts() => [new ConfigurationPart(), new LuaPart(), new HttpPart(), new RawPart(), new KafkaPart()];

    static async Task<int> RunAsync(FuzzOptions options, FileInfo? json, DirectoryInfo? folder, CancellationToken cancellationToken)
    {
        var startedAt = DateTimeOffset.UtcNow;
        await using var services = ToolServices.Build();
        var findings = new Findings(options.Seed, folder, Console.Out);
        var run = new FuzzRun(options, services, findings, Console.Out);
        var results = await RunAsync(run, Parts(), cancellationToken);
        var result = new FuzzResult
        {
            Command = Command(options),
            StartedAt = startedAt,
            Commit = await Machine.CommitAsync(cancellationToken),
            Seed = options.Seed,
            Inputs = results.Sum(x => x.Inputs),
            Parts = results,
            PeakMemoryMb = run.PeakMemory(),
            Found = findings.Count,
            Findings = findings.Kept,
        };
        FuzzText.Write(Console.Out, result);
        if (json is not null)
            await JsonFile.WriteAsync(json, result, cancellationToken);
        return result.Found == 0 ? 0 : 1;
    }

    /// <summary>Runs the parts that are wanted, each with its share of the inputs.</summary>
    public static async Task<IReadOnlyList<PartResult>> RunAsync(FuzzRun run, IReadOnlyList<FuzzPart> parts, CancellationToken cancellationToken)
    {
        var options = run.Options;
        var wanted = parts.Where(x => options.Only.Count == 0 || options.Only.Contains(x.Name)).ToList();
        if (wanted.Any(x => x.NeedsSales))
            await run.BeginAsync(cancellationToken);
        var results = new List<PartResult>();
        foreach (var part in wanted)
        {
            var count = options.At is null ? (long)options.Inputs * part.Share / wanted.Sum(x => x.Share) : 1;
            var result = await part.RunAsync(run, options.At ?? 0, Math.Max(1, count), cancellationToken);
            run.CheckProcesses(part.Name);
            run.Say($"{part.Name}: {result.Inputs} inputs, {result.Seconds:0} s: {string.Join(", ", result.Outcomes.Select(x => $"{x.Key} {x.Value}"))}");
            results.Add(result);
        }

        return results;
    }

    static string Command(FuzzOptions options) => string.Create(CultureInfo.InvariantCulture,
        $"./seckill fuzz --seed {options.Seed} --inputs {options.Inputs}{string.Concat(options.Only.Select(x => " --only " + x))}{(options.At is { } at ? $" --at {at}" : "")}");

    static Option<(string Name, string Value)[]> Pairs(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            var pairs = new List<(string, string)>();
            foreach (var token in result.Tokens)
            {
                if (token.Value.Split('=', 2) is [{ Length: > 0 } key, { Length: > 0 } value])
                    pairs.Add((key, value));
                else
                    result.AddError($"{name} must be name=value, not '{token.Value}'");
            }

            return [.. pairs];
        },
    };
}
