using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Seckill.TestSupport;

/// <summary>Prometheus' own checker of what it would scrape.</summary>
public static class Promtool
{
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

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("There is no promtool: it comes with Debian's package prometheus, which ./seckill test installs", exception);
        }
    }
}
