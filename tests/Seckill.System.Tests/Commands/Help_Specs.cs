namespace Seckill.System.Tests.Commands;

/// <summary>What the script says of its commands.</summary>
public sealed class Help_Specs
{
    [Theory]
    [InlineData("demo --help", "  demo [--buyers N]", "  demo --faults")]
    [InlineData("bench table -h", "  bench [SCENARIO…]", "  bench --compare")]
    [InlineData("model --help", "  model [CHECK…]", "  model --trace")]
    [InlineData("test --help", "  test [--project TEXT]", null)]
    [InlineData("replay-log --help", "  replay-log [--path DIR]", null)]
    public async Task Should_say_what_a_command_does_and_do_nothing_else(string command, string first, string? second)
    {
        var (exitCode, output, error) = await Script.RunAsync(command.Split(' '));

        (exitCode, error).ShouldBe((0, ""));
        output.ShouldStartWith(first);
        var blocks = output.Split('\n').Where(x => x.StartsWith("  ", StringComparison.Ordinal) && x[2] != ' ').ToList();
        blocks.Count.ShouldBe(second is null ? 1 : 2, output);
        if (second is not null)
            blocks[1].ShouldStartWith(second);
    }

    [Fact]
    public async Task Should_not_help_with_what_there_is_not()
        => (await Script.RunAsync("nonsense", "--help")).ShouldBe((2, "", "seckill: ./seckill does not know 'nonsense'; ./seckill help says what it knows\n"));
}
