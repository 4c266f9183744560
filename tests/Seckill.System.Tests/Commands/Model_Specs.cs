using System.Diagnostics;
using System.Text.Json;

using Seckill.TestSupport;

namespace Seckill.System.Tests.Commands;

/// <summary>The order protocol in <c>model/</c>, put through every run by spin. Its mutations take longer: <c>./seckill model --mutations</c>.</summary>
public sealed class Model_Specs
{
    [Fact]
    public async Task Should_hold_in_every_run_and_name_places_of_the_code_that_exist()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("seckill-model-").FullName, "model.json");

        var (exitCode, output, error) = await RunAsync("model", "--json", file);

        exitCode.ShouldBe(0, output + error);
        error.ShouldBeEmpty();
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        report.RootElement.GetProperty("ok").GetBoolean().ShouldBeTrue();
        var checks = report.RootElement.GetProperty("results").EnumerateArray().Where(x => x.GetProperty("kind").GetString() == "check").ToList();
        checks.Count.ShouldBe(File.ReadLines(Path.Combine(Checkout.Root, "model", "checks.conf")).Count(x => !x.StartsWith('#')));
        checks.ShouldAllBe(x => x.GetProperty("verdict").GetString() == "holds" && x.GetProperty("states").GetInt64() > 1000);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Should_show_the_steps_to_what_goes_wrong_without_a_guard()
    {
        var (exitCode, output, _) = await RunAsync("model", "--trace", "NO_COMMIT_REFUSAL");

        exitCode.ShouldBe(0, output);
        output.ShouldContain("redis.pml:");
        output.ShouldContain("assertion violated ((redis.reserved>=0)&&(redis.sold>=0))");
    }

    [Fact]
    public async Task Should_refuse_a_name_that_it_does_not_know()
    {
        var (exitCode, _, error) = await RunAsync("model", "--trace", "nothing");

        exitCode.ShouldBe(1);
        error.ShouldBe("seckill: there is no check or mutation 'nothing'\n");
    }

    static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "seckill"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
