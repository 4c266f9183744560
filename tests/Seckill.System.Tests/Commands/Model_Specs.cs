using System.Text.Json;

using Seckill.TestSupport;

namespace Seckill.System.Tests.Commands;

/// <summary>
/// The order protocol in <c>model/</c>, put through every run by spin. All its mutations take a minute and a half: <c>./seckill model --mutations</c>. Here are
/// those of the checks that have few, so that each kind of fault has one.
/// </summary>
public sealed class Model_Specs
{
    static readonly string[] ChecksOfMutations = ["sale", "repeats", "topics", "failures", "locks", "restarted", "rebuilds", "tail-commands", "taken-again"];

    [Fact]
    public async Task Should_hold_in_every_run_and_name_places_of_the_code_that_exist()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("seckill-model-").FullName, "model.json");

        var (exitCode, output, error) = await Script.RunAsync("model", "--json", file);

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
        var (exitCode, output, _) = await Script.RunAsync("model", "--trace", "NO_COMMIT_REFUSAL");

        exitCode.ShouldBe(0, output);
        output.ShouldContain("redis.pml:");
        output.ShouldContain("assertion violated ((redis.reserved>=0)&&(redis.sold>=0))");
    }

    [Fact]
    public async Task Should_refuse_a_name_that_it_does_not_know()
    {
        var (exitCode, _, error) = await Script.RunAsync("model", "--trace", "nothing");

        exitCode.ShouldBe(1);
        error.ShouldBe("seckill: there is no check or mutation 'nothing'\n");
    }

    [Fact]
    public async Task Should_miss_each_guard_that_is_removed()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("seckill-model-").FullName, "model.json");
        var expected = File.ReadLines(Path.Combine(Checkout.Root, "model", "mutations.conf"))
            .Select(x => x.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(x => x[0] != "#" && ChecksOfMutations.Contains(x[1])).Select(x => x[0]).ToList();

        var (exitCode, output, error) = await Script.RunAsync(["model", .. ChecksOfMutations, "--mutations", "--json", file]);

        exitCode.ShouldBe(0, output + error);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var results = report.RootElement.GetProperty("results").EnumerateArray().ToList();
        expected.Count.ShouldBeGreaterThanOrEqualTo(ChecksOfMutations.Length);
        results.Select(x => x.GetProperty("name").GetString()).ShouldBe(expected);
        results.ShouldAllBe(x => x.GetProperty("kind").GetString() == "mutation" && x.GetProperty("verdict").GetString() == "found");
        // Nothing is said of the guards that were not looked at.
        output.ShouldNotContain("Each guard is needed");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Should_refuse_a_check_that_is_to_find_no_mutation()
    {
        var (exitCode, _, error) = await Script.RunAsync("model", "emptied-beside", "--mutations");

        exitCode.ShouldBe(1);
        error.ShouldBe("seckill: no guard's loss is to be found by the check 'emptied-beside': model/mutations.conf names none\n");
    }
}
