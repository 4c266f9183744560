using Seckill.Bench.Results;

namespace Seckill.Bench.Tests;

public sealed class BenchResult_Specs
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3)]
    [InlineData(new[] { 9.0, 1, 5 }, 5)]
    [InlineData(new[] { 4.0, 1, 9, 2 }, 3)]
    public void Should_take_the_median(double[] values, double median) => SchemeResult.Median(values).ShouldBe(median);

    [Fact]
    public void Should_make_the_table_of_the_rounds_of_its_sides()
    {
        var parts = new List<BenchResult> { new() { Commit = "abc" } };
        foreach (var rate in (double[])[1, 3])
            parts.AddRange(((string[])["local", "queue", "twoPhase"]).Select((x, i) => Part(x, rate * (i == 2 ? 3_000 : 1_000), rate == 1)));

        var result = BenchResult.Merge(parts).WithComparisons();

        result.Commit.ShouldBe("abc");
        result.Sides.ShouldBeNull();
        result.Schemes!.Local.PerSecond.ShouldBe(2_000);
        result.Schemes.TwoPhase.PerSecond.ShouldBe(6_000);
        result.Schemes.TwoPhase.Rounds.Count.ShouldBe(2);
        result.Schemes.Queue.Tried.Keys.ShouldBe(["8"]);
        result.Ratios!.TwoPhaseToLocal.ShouldBe(3);
    }

    [Fact]
    public void Should_compare_the_rounds_with_and_without_telemetry_pair_by_pair()
    {
        // The machine became slower from pair to pair, and the sides swapped places in the second.
        (string Side, double PerSecond, double Cpu)[] rounds =
        [
            ("withoutTelemetry", 4_000, 100), ("withTelemetry", 3_800, 110),
            ("withTelemetry", 2_940, 204), ("withoutTelemetry", 3_000, 200),
            ("withoutTelemetry", 2_000, 300), ("withTelemetry", 1_920, 309),
        ];

        var result = BenchResult.Merge(rounds.Select(x => Part(x.Side, x.PerSecond, chooses: false, x.Cpu))).WithComparisons();

        result.Telemetry!.RateRatio.ShouldBe(0.96);
        result.Telemetry.CpuRatio.ShouldBe(1.03);
        result.Telemetry.Without.PerSecond.ShouldBe(3_000);
        result.Telemetry.With.PerSecond.ShouldBe(2_940);
        result.Schemes.ShouldBeNull();
        BenchMarkdown.Of(result).ShouldContain("0.960 × the orders/s at 1.030 × the CPU");
    }

    [Fact]
    public void Should_not_be_ok_when_one_audit_was_not()
    {
        var parts = new[] { Audited(true), Audited(false), Audited(true) };

        var audit = BenchResult.Merge(parts).Audit!;

        audit.Ok.ShouldBeFalse();
        audit.Orders.ShouldBe(30);
        audit.Findings.ShouldBe(["lost"]);
    }

    [Fact]
    public void Should_join_the_points_of_an_axis()
    {
        var result = BenchResult.Merge([Point("workers", "1"), Point("skus", "1"), Point("workers", "2")]);

        result.Scale!["workers"].Keys.ShouldBe(["1", "2"]);
        result.Scale["skus"].Keys.ShouldBe(["1"]);
    }

    [Fact]
    public async Task Should_survive_its_file()
    {
        var file = new FileInfo(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        try
        {
            var result = BenchResult.Merge([Point("workers", "1"), Audited(true)]);
            await BenchFile.WriteAsync(file, result, CancellationToken.None);

            var read = await BenchFile.ReadAsync(file, CancellationToken.None);

            Comparison.Figures(read).ShouldBe(Comparison.Figures(result));
            read.Audit!.Ok.ShouldBeTrue();
            (await File.ReadAllTextAsync(file.FullName)).ShouldNotContain("flood");
        }
        finally
        {
            file.Delete();
        }
    }

    [Fact]
    public async Task Should_say_which_file_is_no_result()
    {
        var file = new FileInfo(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        try
        {
            await File.WriteAllTextAsync(file.FullName, "no json");

            (await Should.ThrowAsync<InvalidOperationException>(() => BenchFile.ReadAsync(file, CancellationToken.None))).Message.ShouldContain(file.FullName);
        }
        finally
        {
            file.Delete();
        }
    }

    static BenchResult Part(string scheme, double perSecond, bool chooses, double cpu = 100) => new()
    {
        Sides =
        [
            new SideRun
            {
                Scheme = scheme,
                Description = scheme,
                InFlight = 8,
                Tried = chooses ? new Dictionary<string, double> { ["8"] = perSecond } : null,
                Figures = Comparison_Specs.Load(perSecond, 20) with { CpuMicrosPerOrder = new CpuCost(new Dictionary<string, double> { ["api"] = cpu }, cpu, 5) },
            },
        ],
    };

    static BenchResult Audited(bool ok) => new() { Audit = new AuditOutcome(ok, 10, ok ? [] : ["lost"]) };

    static BenchResult Point(string axis, string value) => new()
    {
        Scale = new Dictionary<string, IReadOnlyDictionary<string, LoadFigures>>
        {
            [axis] = new Dictionary<string, LoadFigures> { [value] = Comparison_Specs.Load(1_000, 20) },
        },
    };
}
