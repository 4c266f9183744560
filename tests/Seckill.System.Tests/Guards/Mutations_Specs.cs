using Seckill.Cli.Mutations;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Guards;

/// <summary>The catalogue of <c>./seckill mutate</c>, as far as it can be checked without building anything.</summary>
public sealed class Mutations_Specs
{
    static readonly IReadOnlyList<Mutation> All = MutationCatalogue.Read(Checkout.Root);

    public static TheoryData<string> Names { get; } = [.. All.Select(x => x.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Should_apply_to_the_sources(string name)
    {
        var mutation = All.Single(x => x.Name == name);
        var source = File.ReadAllText(Path.Combine(Checkout.Root, mutation.File));

        mutation.ApplyTo(source).ShouldNotBe(source);
    }

    [Fact]
    public void Should_name_tests_that_exist()
        => All.SelectMany(x => x.Tests.Select(test => $"{x.Project}/{test}")).Where(x => !TestSources.All.Contains(x)).ShouldBeEmpty();

    [Fact]
    public void Should_say_so_when_a_mutation_does_not_apply()
    {
        var mutation = All[0] with { Find = "guard", Replace = "" };

        mutation.ApplyTo("a guard b").ShouldBe("a  b");
        Should.Throw<InvalidOperationException>(() => mutation.ApplyTo("no such text")).Message.ShouldContain(mutation.Name);
        Should.Throw<InvalidOperationException>(() => mutation.ApplyTo("a guard and a guard")).Message.ShouldContain("more than once");
        Should.Throw<InvalidOperationException>(() => (mutation with { Replace = "guard" }).ApplyTo("a guard")).Message.ShouldContain("changes nothing");
    }

    [Theory]
    [InlineData(0, "Passed", nameof(MutationVerdict.Survived))]
    [InlineData(1, "Failed", nameof(MutationVerdict.Killed))]
    [InlineData(1, "Passed", nameof(MutationVerdict.Error))]
    [InlineData(0, "Failed", nameof(MutationVerdict.Error))]
    [InlineData(0, "NotExecuted", nameof(MutationVerdict.Error))]
    [InlineData(134, null, nameof(MutationVerdict.Error))]
    public void Should_call_a_guard_missed_only_when_a_test_failed(int exitCode, string? outcome, string verdict)
    {
        var file = Path.GetTempFileName();
        try
        {
            if (outcome is null)
                File.Delete(file);
            else
                File.WriteAllText(file, $"""
                    <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
                      <UnitTestResult testName="Seckill.Some.Tests.A_Specs.Should_b(c: &quot;d.e&quot;)" outcome="{outcome}" />
                    </Results></TestRun>
                    """);

            var run = TestRun.Read(file, exitCode);

            run.Verdict.ToString().ShouldBe(verdict);
            run.Failed.ShouldBe(outcome == "Failed" ? ["A_Specs.Should_b"] : []);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Should_know_nothing_of_tests_whose_results_were_cut_off()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results><UnitTestResult testName="A.B""");

        var run = TestRun.Read(file, 137);

        run.Verdict.ShouldBe(MutationVerdict.Error);
        run.Problem!.ShouldContain("can't be read, exit code 137");
        File.Delete(file);
    }

    [Fact]
    public void Should_choose_by_several_texts_and_refuse_one_that_chooses_nothing()
    {
        var (first, last) = (All[0].Name, All[^1].Name);

        MutationCatalogue.Choose(All, null).ShouldBe(All);
        MutationCatalogue.Choose(All, $"{first},{last}").Select(x => x.Name).ShouldBe(
            All.Select(x => x.Name).Where(x => x.Contains(first, StringComparison.Ordinal) || x.Contains(last, StringComparison.Ordinal)));
        Should.Throw<InvalidOperationException>(() => MutationCatalogue.Choose(All, first + ",no-such-guard")).Message.ShouldContain("'no-such-guard'");
        Should.Throw<InvalidOperationException>(() => MutationCatalogue.Choose(All, first + ",")).Message.ShouldContain("''");
    }

    [Fact]
    public void Should_not_call_a_guard_missed_when_the_tests_fail_with_it_as_well()
    {
        var killed = new MutationResult("a", "guards", "file", MutationVerdict.Killed, ["A_Specs.Should_b"], 1, null);
        var survived = killed with { Verdict = MutationVerdict.Survived, KilledBy = [] };

        new MutationReport(null, 1, 1, [killed]).Ok.ShouldBeTrue();
        new MutationReport(null, 1, 2, [killed]).Ok.ShouldBeFalse("one was not tried yet");
        var doubtful = killed.WithUnsoundTests("it fails");
        (doubtful.Verdict, doubtful.Problem).ShouldBe((MutationVerdict.Error, "it fails"));
        survived.WithUnsoundTests("it fails").ShouldBe(survived);
    }
}
