using Seckill.Faults;

namespace Seckill.Sagas.Tests.Faults;

public class FaultSetting_Specs
{
    static readonly FaultPoint Point = KnownPoints.AfterDecision;

    [Theory]
    [InlineData("crash", FaultKind.Crash, 1, 1)]
    [InlineData("crash:7", FaultKind.Crash, 7, 7)]
    [InlineData("crash:at7", FaultKind.Crash, 7, 7)]
    [InlineData("throw", FaultKind.Throw, 1, long.MaxValue)]
    [InlineData("throw:2", FaultKind.Throw, 1, 2)]
    [InlineData("throw:at2", FaultKind.Throw, 2, 2)]
    [InlineData("lost", FaultKind.Lost, 1, long.MaxValue)]
    [InlineData("lost:1", FaultKind.Lost, 1, 1)]
    [InlineData("lost:at9", FaultKind.Lost, 9, 9)]
    public void Should_read_at_which_passes_a_fault_happens(string text, FaultKind kind, long from, long to)
    {
        FaultSetting.TryParse(Point, text, out var settings).ShouldBeTrue();
        settings.ShouldBe([new FaultSetting(Point, kind, new FaultPasses(from, to, 1))]);
    }

    [Theory]
    [InlineData("delay:250", 1, long.MaxValue, 1)]
    [InlineData("delay:250:2", 1, 2, 1)]
    [InlineData("delay:250:at3", 3, 3, 1)]
    [InlineData("delay:250:p0.5", 1, long.MaxValue, 0.5)]
    public void Should_read_a_delay(string text, long from, long to, double probability)
    {
        FaultSetting.TryParse(Point, text, out var settings).ShouldBeTrue();
        settings.ShouldBe([new FaultSetting(Point, FaultKind.Delay, new FaultPasses(from, to, probability), 250)]);
    }

    [Theory]
    [InlineData("crash:p0.001", FaultKind.Crash, 0.001)]
    [InlineData("throw:p0.01", FaultKind.Throw, 0.01)]
    [InlineData("lost:p1", FaultKind.Lost, 1)]
    public void Should_read_a_probability(string text, FaultKind kind, double probability)
    {
        FaultSetting.TryParse(Point, text, out var settings).ShouldBeTrue();
        settings.ShouldBe([new FaultSetting(Point, kind, FaultPasses.ByChance(probability))]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("explode")]
    [InlineData("crash:")]
    [InlineData("crash:0")]
    [InlineData("crash:-1")]
    [InlineData("crash:at")]
    [InlineData("crash:at0")]
    [InlineData("throw:x")]
    [InlineData("throw:p")]
    [InlineData("throw:p0")]
    [InlineData("throw:p1.1")]
    [InlineData("throw:p-0.5")]
    [InlineData("throw:p1e-3")]
    [InlineData("throw:p0,5")]
    [InlineData("throw:1:2")]
    [InlineData("lost:")]
    [InlineData("delay")]
    [InlineData("delay:0")]
    [InlineData("delay:p0.5")]
    [InlineData("delay:86400001")]
    [InlineData("delay:1:2:3")]
    public void Should_not_read_what_is_no_setting(string? text)
    {
        FaultSetting.TryParse(Point, text, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("throw:3@fail-", "Throw:3@fail-")]
    [InlineData("crash:7", "Crash:at7")]
    [InlineData("delay:250:p0.5", "Delay:250:p0.5")]
    [InlineData("lost", "Lost")]
    public void Should_say_what_is_on(string text, string said)
    {
        FaultSetting.TryParse(Point, text, out var settings).ShouldBeTrue();
        settings[0].ToString().ShouldBe(said);
    }
}
