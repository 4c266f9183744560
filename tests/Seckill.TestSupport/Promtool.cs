using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Seckill.TestSupport;

/// <summary>Prometheus' own checker of what it would scrape, and of its configuration; and Alertmanager's of its.</summary>
public static class Promtool
{
    /// <summary>Runs <c>promtool</c>.</summary>
    /// <returns>What it complains about; empty when it is content.</returns>
    public static Task<string> RunAsync(params string[] arguments) => ComplaintsAsync("promtool", arguments);

    /// <summary>Runs <c>amtool check-config</c>.</summary>
    /// <returns>What it complains about; empty when it is content.</returns>
    public static Task<string> CheckAlertmanagerAsync(string file) => ComplaintsAsync("amtool", ["check-config", file]);

    /// <summary>Runs <c>promtool check metrics</c>.</summary>
    /// <param name="metrics">Metrics in the text format.</param>
    /// <returns>What it complains about; empty when it is content.</returns>
    public static async Task<string> CheckMetricsAsync(string metrics)
    {
        var start = new ProcessStartInfo("promtool")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("check");
        start.ArgumentList.Add("metrics");
        using var process = Start(start);
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(metrics).ConfigureAwait(false);
        process.StandardInput.Close();
        var complaints = string.Concat(await output.ConfigureAwait(false));
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0 ? complaints : string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}: {complaints}");
    }

    static async Task<string> ComplaintsAsync(string program, string[] arguments)
    {
        using var process = Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().ConfigureAwait(false);
        var said = string.Concat(await output.ConfigureAwait(false));
        return process.ExitCode == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}: {said}");
    }

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"There is no {start.FileName}: it comes with Debian's packages prometheus and prometheus-alertmanager, which ./seckill test installs", exception);
        }
    }
}
