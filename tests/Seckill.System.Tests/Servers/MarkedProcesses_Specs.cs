using System.Diagnostics;

using Seckill.TestSupport;

namespace Seckill.System.Tests.Servers;

/// <summary>Processes know by their environment which runs of the script they belong to, also when they have left the session and the parent that they had.</summary>
public sealed class MarkedProcesses_Specs
{
    [Theory]
    [InlineData("1-outer", true)]
    [InlineData("2-middle", true)]
    [InlineData("3-inner", true)]
    [InlineData("3-inne", false)]
    [InlineData("outer", false)]
    [InlineData("1-outer-4", false)]
    public async Task Should_be_ended_with_each_run_that_they_were_started_inside_of(string run, bool ends)
    {
        var start = new ProcessStartInfo("sleep", "600");
        start.Environment["SECKILL_RUN"] = "1-outer 2-middle 3-inner";
        using var process = Process.Start(start)!;
        try
        {
            await RunScriptAsync($"RUN_ID={run}; kill_marked");

            process.WaitForExit(ends ? TimeSpan.FromSeconds(30) : TimeSpan.Zero).ShouldBe(ends);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Should_have_the_marks_of_all_runs_that_they_were_started_inside_of()
    {
        var outer = await RunScriptAsync("use_profile outer; echo \"$RUN_MARK\"", "");
        outer.ShouldEndWith("-outer");

        (await RunScriptAsync("use_profile first; use_profile inner; echo \"$RUN_MARK\"", outer)).ShouldMatch($"^{outer} [0-9]+-inner$");
    }

    /// <summary>Has bash do it with the functions of the script; returns what it printed.</summary>
    static async Task<string> RunScriptAsync(string commands, string? marks = null)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", $"ROOT={Checkout.Root}; source \"$ROOT/scripts/processes.sh\"; source \"$ROOT/scripts/profile.sh\"; {commands}"])
        {
            RedirectStandardOutput = true,
        };
        if (marks is not null)
            start.Environment["SECKILL_RUN"] = marks;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        return output.Trim();
    }
}
