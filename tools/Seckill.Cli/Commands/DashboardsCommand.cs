using System.CommandLine;
using System.ComponentModel;

using Seckill.Cli.Dashboards;

namespace Seckill.Cli.Commands;

/// <summary><c>dashboards</c>: the dashboards of deploy/grafana as pictures, of what Prometheus has.</summary>
static class DashboardsCommand
{
    public static Command Create()
    {
        var prometheus = DemoCommand.Address("--prometheus", "Address of Prometheus.", isRequired: true);
        var from = new Option<DirectoryInfo>("--from") { Description = "Folder of the dashboards.", Required = true };
        var to = new Option<DirectoryInfo>("--out") { Description = "Folder for the pictures.", Required = true };
        var minutes = new Option<int?>("--minutes") { Description = "How far to look back; without it as far as each dashboard does." };
        minutes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 1440)
                result.AddError("--minutes must be a number from 1 to 1440");
        });
        var browser = new Option<string>("--browser") { Description = "Chromium's program.", DefaultValueFactory = _ => "chromium" };
        var command = new Command("dashboards", "Draws the dashboards as PNG.") { prometheus, from, to, minutes, browser };
        command.SetGuardedAction(async (parsed, cancellationToken) =>
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = parsed.GetRequiredValue(prometheus) };
            var folder = parsed.GetRequiredValue(to);
            folder.Create();
            var now = TimeProvider.System.GetUtcNow();
            foreach (var file in parsed.GetRequiredValue(from).GetFiles("*.json").OrderBy(x => x.Name, StringComparer.Ordinal))
            {
                var dashboard = await Dashboard.ReadAsync(file.FullName, cancellationToken);
                var back = parsed.GetValue(minutes) is { } given ? TimeSpan.FromMinutes(given) : dashboard.Range;
                var page = await DashboardPage.DrawAsync(dashboard, new PrometheusRange(http, now - back, now), cancellationToken);
                var picture = Path.Combine(folder.FullName, dashboard.Name + ".png");
                await TakeAsync(new Photographer(parsed.GetRequiredValue(browser)), page, picture, cancellationToken);
                Console.WriteLine($"{picture}: {page.Width} x {page.Height}, {new FileInfo(picture).Length / 1024} KiB, {page.Panels} panels");
                foreach (var title in page.Empty)
                    Console.WriteLine($"  no data: {title}");
            }

            return 0;
        });
        return command;
    }

    static async Task TakeAsync(Photographer photographer, DashboardPage page, string picture, CancellationToken cancellationToken)
    {
        try
        {
            await photographer.TakeAsync(page, picture, cancellationToken);
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("Chromium could not be started: " + exception.Message, exception);
        }
    }
}
