using Seckill.Faults;

namespace Seckill.Sagas.Tests.Faults;

public sealed class FaultsOfSomeBuyers_Specs : IDisposable
{
    static readonly FaultPoint Point = KnownPoints.AfterPrepared;

    readonly List<string> _crashes = [];
    readonly string _folder = Path.Combine(Path.GetTempPath(), $"fault-passes-{Guid.NewGuid():N}");

    [Fact]
    public async Task Should_throw_for_the_first_passes_of_each_order_of_these_buyers()
    {
        var faults = Arm("throw:2@fail-");

        foreach (var order in new[] { Guid.NewGuid(), Guid.NewGuid() })
        {
            await ShouldThrowAsync(faults, order, "fail-1");
            await ShouldThrowAsync(faults, order, "fail-1");
            await faults.PassAsync(Point, order, "fail-1");
        }
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("fail")]
    [InlineData("Fail-1")]
    [InlineData("not-fail-1")]
    public async Task Should_leave_the_orders_of_others_alone(string buyerId)
    {
        var faults = Arm("throw@fail-");

        await faults.PassAsync(Point, Guid.NewGuid(), buyerId);
        await faults.PassAsync(Point);
    }

    [Fact]
    public async Task Should_take_the_first_of_several_faults_that_is_for_the_order()
    {
        var faults = Arm("throw:1@fail-once-,throw@fail-");
        var (once, always) = (Guid.NewGuid(), Guid.NewGuid());

        await ShouldThrowAsync(faults, once, "fail-once-1");
        await faults.PassAsync(Point, once, "fail-once-1");
        for (var pass = 0; pass < 5; pass++)
            await ShouldThrowAsync(faults, always, "fail-2");
    }

    [Fact]
    public async Task Should_crash_at_the_pass_of_one_order_asked_for()
    {
        var faults = Arm("crash:2@fail-");

        await faults.PassAsync(Point, Guid.NewGuid(), "fail-1");
        await faults.PassAsync(Point, Guid.NewGuid(), "fail-2");
        _crashes.ShouldBeEmpty();

        var order = Guid.NewGuid();
        await faults.PassAsync(Point, order, "fail-3");
        await faults.PassAsync(Point, order, "fail-3");
        _crashes.ShouldBe([Point.Name]);
    }

    [Fact]
    public void Should_complete_at_once_when_nothing_is_armed()
    {
        var pass = FaultPoints.None.PassAsync(Point, Guid.NewGuid(), "fail-1").AsTask();

        pass.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Theory]
    [InlineData("throw:3@fail-once-", FaultKind.Throw, 1, 3, "fail-once-")]
    [InlineData("throw@x", FaultKind.Throw, 1, long.MaxValue, "x")]
    [InlineData("crash:2@a:b@c", FaultKind.Crash, 2, 2, "a:b@c")]
    [InlineData("lost:at4@x", FaultKind.Lost, 4, 4, "x")]
    public void Should_read_a_restricted_setting(string text, FaultKind kind, long from, long to, string prefix)
    {
        FaultSetting.TryParse(Point, text, out var settings).ShouldBeTrue();
        settings.ShouldBe([new FaultSetting(Point, kind, new FaultPasses(from, to, 1), 0, prefix)]);
    }

    [Fact]
    public void Should_read_several()
    {
        FaultSetting.TryParse(Point, "throw:3@a-,delay:5", out var settings).ShouldBeTrue();
        settings.ShouldBe([new FaultSetting(Point, FaultKind.Throw, FaultPasses.First(3), 0, "a-"), new FaultSetting(Point, FaultKind.Delay, FaultPasses.Every, 5)]);
    }

    [Theory]
    [InlineData("throw@")]
    [InlineData("throw:3@a b")]
    [InlineData("@a")]
    [InlineData("throw:0@a")]
    [InlineData("throw@a,")]
    [InlineData("throw@a,explode@b")]
    public void Should_not_read_what_is_no_restricted_setting(string text)
    {
        FaultSetting.TryParse(Point, text, out _).ShouldBeFalse();
    }

    [Fact]
    public void Should_remember_the_passes_of_the_last_orders_only()
    {
        var passes = new RememberedPasses(capacity: 2);
        var (first, second, third) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

        passes.Count(Point.Name, first).ShouldBe(1);
        passes.Count(Point.Name, first).ShouldBe(2);
        passes.Count(Point.Name, second).ShouldBe(1);
        passes.Count(Point.Name, third).ShouldBe(1);

        passes.Kept.ShouldBe(2);
        passes.Count(Point.Name, second).ShouldBe(2);
        passes.Count(Point.Name, first).ShouldBe(1);
    }

    [Fact]
    public void Should_count_each_point_for_itself()
    {
        var passes = new RememberedPasses();
        var order = Guid.NewGuid();

        passes.Count("a", order).ShouldBe(1);
        passes.Count("b", order).ShouldBe(1);
        passes.Count("a", order).ShouldBe(2);
    }

    [Fact]
    public async Task Should_count_with_other_processes_in_a_shared_folder()
    {
        var order = Guid.NewGuid();
        var workers = new[] { new SharedPasses(_folder), new SharedPasses(_folder) };

        var seen = await Task.WhenAll(Enumerable.Range(0, 20).Select(x => Task.Run(() => workers[x % 2].Count(Point.Name, order))));

        seen.Order().ShouldBe(Enumerable.Range(1, 20).Select(x => (long)x));
        new SharedPasses(_folder).Count(Point.Name, order).ShouldBe(21);
        new SharedPasses(_folder).Count(Point.Name, Guid.NewGuid()).ShouldBe(1);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    static async Task ShouldThrowAsync(FaultPoints faults, Guid orderId, string buyerId)
        => (await Should.ThrowAsync<InjectedFaultException>(async () => await faults.PassAsync(Point, orderId, buyerId))).Point.ShouldBe(Point);

    FaultPoints Arm(string fault) => ArmedFaults.At(Point, fault, _crashes);
}
