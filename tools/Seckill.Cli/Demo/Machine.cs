using System.Diagnostics;
using System.Globalization;

namespace Seckill.Cli.Demo;

/// <summary>Where a demo ran.</summary>
/// <param name="Cores">Logical processors.</param>
/// <param name="Cpu">The processor's name.</param>
sealed record Machine(int Cores, string Cpu)
{
    public static Machine Here() => new(Environment.ProcessorCount, Field("/proc/cpuinfo", "model name") ?? "unknown");

    /// <summary>The most that a process has had in memory, in MB; null when there is no such process.</summary>
    public static long? PeakMemoryMb(int processId)
    {
        var value = Field(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status"), "VmHWM");
        return value is null ? null : long.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>The commit that was built: from the environment, or from git; "unknown" where neither knows.</summary>
    public static async Task<string> CommitAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("SECKILL_COMMIT") is { Length: > 0 } commit)
            return commit;

        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", "rev-parse --short=12 HEAD") { RedirectStandardOutput = true, RedirectStandardError = true });
            if (git is null)
                return "unknown";

            var output = await git.StandardOutput.ReadToEndAsync(cancellationToken);
            await git.WaitForExitAsync(cancellationToken);
            return git.ExitCode == 0 ? output.Trim() : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // git is not installed.
            return "unknown";
        }
    }

    static string? Field(string file, string name)
    {
        if (!File.Exists(file))
            return null;

        var line = File.ReadLines(file).FirstOrDefault(x => x.StartsWith(name, StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
