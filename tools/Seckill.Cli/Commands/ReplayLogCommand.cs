using System.CommandLine;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Operations.CompensationLog;

namespace Seckill.Cli.Commands;

/// <summary><c>replay-log</c>: rebuilds PostgreSQL's table of compensation steps from the log files.</summary>
static class ReplayLogCommand
{
    const int BrokenLinesShown = 50;

    public static Command Create()
    {
        var path = new Option<string?>("--path") { Description = "Folder of the files, or one file; without it what Compensation:LogPath says." };
        var command = new Command("replay-log",
            "Brings the steps of compensation from log files to PostgreSQL; steps that are there stay. Exit code 0 only when each line is a step.")
        {
            path,
        };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            var from = parsed.GetValue(path) ?? services.GetRequiredService<IOptions<CompensationLogOptions>>().Value.LogPath;
            var report = await services.GetRequiredService<CompensationLogReplay>().RunAsync(from, cancellationToken);
            Write(Console.Out, report);
            return report.Broken.Any(x => !x.IsCutOff) ? 1 : 0;
        });
        return command;
    }

    static void Write(TextWriter writer, ReplayReport report)
    {
        writer.WriteLine($"{report.Files} files, {report.Steps} steps; the table lacked {report.Added} of them");
        foreach (var line in report.Broken.Take(BrokenLinesShown))
        {
            var what = line.IsCutOff ? "cut off, its process died while it wrote" : $"not a step: {line.Failure}";
            writer.WriteLine($"{line.File}:{line.Line}: {what}");
        }

        if (report.Broken.Count > BrokenLinesShown)
            writer.WriteLine($"and {report.Broken.Count - BrokenLinesShown} more lines that are no steps");
    }
}
