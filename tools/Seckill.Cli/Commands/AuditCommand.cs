using System.CommandLine;

using Microsoft.Extensions.DependencyInjection;

using Seckill.Sagas.Audit;

namespace Seckill.Cli.Commands;

/// <summary><c>audit</c>: checks that the books of Redis and MySQL balance. It may run at any time.</summary>
static class AuditCommand
{
    public static Command Create()
    {
        var json = new Option<FileInfo?>("--json") { Description = "File to write the report to." };
        var command = new Command("audit", "Checks that the books of Redis and MySQL balance; exit code 0 only when they do.") { json };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            await using var services = ToolServices.Build();
            var report = await services.GetRequiredService<AuditService>().RunAsync(AuditScope.All, cancellationToken);
            AuditText.Write(Console.Out, report);
            if (parsed.GetValue(json) is { } file)
                await JsonFile.WriteAsync(file, report, cancellationToken);

            return report.Ok ? 0 : 1;
        });
        return command;
    }
}
