using System.Diagnostics;
using System.Globalization;

using Seckill.TestSupport;

namespace Seckill.System.Tests;

/// <summary>The command line, as people call it.</summary>
static class Script
{
    static readonly TimeSpan CleanUp = TimeSpan.FromMinutes(2);

    /// <summary>How a command is started, with its output to be read.</summary>
    public static ProcessStartInfo Of(params string[] arguments)
        => new(Path.Combine(Checkout.Root, "seckill"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Of(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Asks a command to end: killed, it would leave its servers.</summary>
    public static async Task EndAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync().WaitAsync(CleanUp);
    }
}
