using System.Diagnostics;
using System.Globalization;

using Seckill.Chaos.Clock;

namespace Seckill.System.Tests.Chaos;

public sealed class WallClock_Specs
{
    [Fact]
    public async Task Should_step_the_wall_clock_of_one_process_and_no_other_clock()
    {
        var folder = Directory.CreateTempSubdirectory("seckill-clock-").FullName;
        var clock = new WallClock(folder, "api-1");
        var settings = clock.Settings();

        (await AheadAsync(settings)).ShouldBe(0, 5.0);
        clock.Step(TimeSpan.FromSeconds(1000));
        (await AheadAsync(settings)).ShouldBe(1000, 5.0);
        clock.Step(TimeSpan.FromSeconds(-1000));
        (await AheadAsync(settings)).ShouldBe(-1000, 5.0);
        Directory.Delete(folder, recursive: true);
    }

    static async Task<double> AheadAsync(Dictionary<string, string> settings)
        => long.Parse(await RunAsync("date", settings, "+%s"), CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    static async Task<string> RunAsync(string program, Dictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        return output.Trim();
    }
}
