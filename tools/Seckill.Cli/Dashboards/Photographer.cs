using System.Diagnostics;
using System.Globalization;

namespace Seckill.Cli.Dashboards;

/// <summary>Lets a headless Chromium make pictures of pages.</summary>
/// <param name="browser">Its program.</param>
sealed class Photographer(string browser)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Makes a PNG of a page.</summary>
    public async Task TakeAsync(DashboardPage page, string file, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("seckill-dashboards-").FullName;
        try
        {
            var html = Path.Combine(folder, "page.html");
            await File.WriteAllTextAsync(html, page.Html, cancellationToken);
            await RunAsync(folder, html, page, file, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task RunAsync(string folder, string html, DashboardPage page, string file, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(browser) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars", "--force-device-scale-factor=1",
            $"--user-data-dir={Path.Combine(folder, "profile")}", string.Create(CultureInfo.InvariantCulture, $"--window-size={page.Width},{page.Height}"),
            $"--screenshot={file}", new Uri(html).AbsoluteUri,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // Its sandbox refuses to work for root. The page is ours, and asks nobody for anything.
        if (Environment.IsPrivilegedProcess)
            start.ArgumentList.Insert(0, "--no-sandbox");
        File.Delete(file);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{browser} did not start");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        await output;
        if (!File.Exists(file))
            throw new InvalidOperationException($"{browser} made no picture: {await errors}");
    }
}
