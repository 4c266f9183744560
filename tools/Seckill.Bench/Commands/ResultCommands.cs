using System.CommandLine;

using Seckill.Bench.Results;
using Seckill.Bench.Surroundings;
using Seckill.Cli;

namespace Seckill.Bench.Commands;

/// <summary><c>describe</c>, <c>report</c> and <c>compare</c>: the frame of a run, its result, and two results side by side.</summary>
static class ResultCommands
{
    public static Command Describe()
    {
        var file = new Option<FileInfo>("--out") { Description = "File to write to.", Required = true };
        var line = new Option<string>("--command") { Description = "The command line that is recorded.", Required = true };
        var command = new Command("describe", "Records machine, versions and settings; fails when a server does not keep what it confirmed.") { file, line };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            var result = await Servers.DescribeAsync(services, parsed.GetRequiredValue(line), cancellationToken);
            await BenchFile.WriteAsync(parsed.GetRequiredValue(file), result, cancellationToken);
            return 0;
        });
        return command;
    }

    public static Command Report()
    {
        var parts = new Argument<FileInfo[]>("parts") { Description = "The parts of a run.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<FileInfo?>("--json") { Description = "File to write the result to, as JSON." };
        var markdown = new Option<FileInfo?>("--markdown") { Description = "File to write the result to, as Markdown." };
        var command = new Command("report", "Puts the parts of a run together; exit code 0 only when the books balance.") { parts, json, markdown };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            var read = new List<BenchResult>();
            foreach (var part in parsed.GetRequiredValue(parts))
                read.Add(await BenchFile.ReadAsync(part, cancellationToken));
            var result = BenchResult.Merge(read).WithComparisons();
            var text = BenchMarkdown.Of(result);
            await Console.Out.WriteLineAsync(text);
            if (parsed.GetValue(json) is { } jsonFile)
                await BenchFile.WriteAsync(jsonFile, result, cancellationToken);
            if (parsed.GetValue(markdown) is { } markdownFile)
            {
                markdownFile.Directory?.Create();
                await File.WriteAllTextAsync(markdownFile.FullName, text, cancellationToken);
            }

            return result.Audit is { Ok: true } ? 0 : 1;
        });
        return command;
    }

    public static Command Compare()
    {
        var first = new Argument<FileInfo>("before") { Description = "A result." };
        var second = new Argument<FileInfo>("after") { Description = "Another." };
        var command = new Command("compare", "Prints the ratio of each figure of two results.") { first, second };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            var before = await BenchFile.ReadAsync(parsed.GetRequiredValue(first), cancellationToken);
            var after = await BenchFile.ReadAsync(parsed.GetRequiredValue(second), cancellationToken);
            await Console.Out.WriteAsync(Comparison.Of(before, after));
            return 0;
        });
        return command;
    }
}
