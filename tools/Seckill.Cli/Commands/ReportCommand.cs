using System.CommandLine;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Seckill.Operations.Alerts;
using Seckill.Operations.Report;

namespace Seckill.Cli.Commands;

/// <summary><c>report</c>: prints the weekly report of compensation, as the alert channels get it.</summary>
static class ReportCommand
{
    public static Command Create()
    {
        var week = new Option<IsoWeek?>("--week")
        {
            Description = "ISO week in UTC, like 2026-W47; without it the last one that is over.",
            CustomParser = result =>
            {
                try
                {
                    return IsoWeek.Parse(result.Tokens[0].Value);
                }
                catch (FormatException exception)
                {
                    result.AddError(exception.Message);
                    return null;
                }
            },
        };
        var language = new Option<string?>("--language") { Description = "zh or en; without it what Alerts:Language says." };
        language.AcceptOnlyFromAmong("zh", "en");
        var json = new Option<FileInfo?>("--json") { Description = "File to write the report to." };
        var command = new Command("report", "Prints the report of a week of compensation, as it is sent to the alert channels.") { week, language, json };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            var report = await services.GetRequiredService<WeeklyReportReader>()
                .ReadAsync(parsed.GetValue(week) ?? IsoWeek.LastBefore(TimeProvider.System.GetUtcNow()), cancellationToken);
            var spoken = parsed.GetValue(language) ?? services.GetRequiredService<IOptions<AlertsOptions>>().Value.Language;
            await Console.Out.WriteAsync(WeeklyReportText.Markdown(report, chinese: spoken == "zh"));
            if (parsed.GetValue(json) is { } file)
                await JsonFile.WriteAsync(file, report, cancellationToken);

            return 0;
        });
        return command;
    }
}
