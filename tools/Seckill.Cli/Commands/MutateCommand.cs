using System.CommandLine;

using Seckill.Cli.Mutations;

namespace Seckill.Cli.Commands;

/// <summary><c>mutate</c>: removes the guards of the catalogue from a copy of the checkout, one at a time, and sees whether tests miss them.</summary>
static class MutateCommand
{
    public static Command Create()
    {
        var tree = new Option<DirectoryInfo>("--tree") { Description = "The copy of the checkout, in which files are changed and built.", Required = true };
        var logs = new Option<DirectoryInfo?>("--logs") { Description = "Folder for the output of builds and tests." };
        var commit = new Option<string?>("--commit") { Description = "The commit that the copy is of, for the report." };
        var only = new Option<string?>("--only") { Description = "Takes the mutations with this text in their name, or one of several with commas between them." };
        var list = new Option<bool>("--list") { Description = "Names the mutations and changes nothing." };
        var json = new Option<FileInfo?>("--json") { Description = "File to write the report to." };
        var markdown = new Option<FileInfo?>("--markdown") { Description = "File to write the report's table to." };
        var command = new Command("mutate", "Removes guards one at a time; exit code 0 only when tests miss every one of them.")
        {
            tree, logs, commit, only, list, json, markdown,
        };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            var root = parsed.GetRequiredValue(tree).FullName;
            var mutations = MutationCatalogue.Choose(MutationCatalogue.Read(root), parsed.GetValue(only));
            if (parsed.GetValue(list))
            {
                MutationText.WriteList(Console.Out, mutations);
                return 0;
            }

            // Those that do not apply are to be heard of before anything is built.
            foreach (var mutation in mutations)
                mutation.ApplyTo(await File.ReadAllTextAsync(Path.Combine(root, mutation.File), cancellationToken));

            var folder = parsed.GetValue(logs) ?? new DirectoryInfo(Path.Combine(root, "logs"));
            folder.Create();
            var (file, table) = (parsed.GetValue(json), parsed.GetValue(markdown));
            var run = new MutationRun(
                new Workshop(root, folder.FullName), Console.Out, report => KeepAsync(report, file, table, cancellationToken), TimeProvider.System);
            var report = await run.RunAsync(mutations, parsed.GetValue(commit), cancellationToken);
            MutationText.WriteSummary(Console.Out, report);
            return report.Ok ? 0 : 1;
        });
        return command;
    }

    static async Task KeepAsync(MutationReport report, FileInfo? json, FileInfo? markdown, CancellationToken cancellationToken)
    {
        if (json is not null)
            await JsonFile.WriteAsync(json, report, cancellationToken);
        if (markdown is not null)
        {
            await WholeFile.WriteAsync(markdown, async stream =>
            {
                await using var writer = new StreamWriter(stream, leaveOpen: true);
                MutationText.WriteMarkdown(writer, report);
            });
        }
    }
}
