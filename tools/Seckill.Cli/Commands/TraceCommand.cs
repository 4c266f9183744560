using System.CommandLine;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

using Seckill.Cli.Story;

namespace Seckill.Cli.Commands;

/// <summary><c>trace</c>: prints all that happened to one order.</summary>
static class TraceCommand
{
    public static Command Create()
    {
        var order = new Argument<string>("order") { Description = "The order's id, or its trace's." };
        var logs = new Option<DirectoryInfo?>("--logs") { Description = "Folder of the programs' JSON logs; without it what Logs:Directory says." };
        var json = new Option<FileInfo?>("--json") { Description = "File to write it to as well." };
        var command = new Command("trace", "Prints every step of an order, its retries, and the log lines that name it, in order of time.") { order, logs, json };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            var text = parsed.GetRequiredValue(order);
            if (!Guid.TryParseExact(text, "D", out var orderId) && !Guid.TryParseExact(text, "N", out orderId))
            {
                await Console.Error.WriteLineAsync($"trace: '{text}' is no order id, which looks like 019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877");
                return 1;
            }

            await using var services = ToolServices.Build();
            var folder = parsed.GetValue(logs)?.FullName ?? services.GetRequiredService<IConfiguration>()["Logs:Directory"];
            if (string.IsNullOrEmpty(folder) || (parsed.GetValue(logs) is null && !Directory.Exists(folder)))
                folder = null;
            var reader = ActivatorUtilities.CreateInstance<OrderStoryReader>(services);
            var story = await reader.ReadAsync(orderId, folder, cancellationToken);
            if (story is null)
            {
                await Console.Error.WriteLineAsync($"trace: nobody knows an order {orderId:D}");
                StoryText.WriteGaps(Console.Error, reader.Gaps);
                return 1;
            }

            StoryText.Write(Console.Out, story);
            if (parsed.GetValue(json) is { } file)
                await JsonFile.WriteAsync(file, story, cancellationToken);

            return 0;
        });
        return command;
    }
}
