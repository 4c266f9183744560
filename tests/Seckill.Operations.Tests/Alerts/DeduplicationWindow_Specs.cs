using Seckill.Operations.Alerts;
using Seckill.Operations.Alerts.Limits;
using Seckill.TestSupport;

namespace Seckill.Operations.Tests.Alerts;

public sealed class DeduplicationWindow_Specs
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    readonly ManualClock _clock = new();
    readonly DeduplicationWindow _window;

    public DeduplicationWindow_Specs() => _window = new DeduplicationWindow(Minute, _clock);

    [Theory]
    [InlineData(DeduplicationWindow.Keys - 1, 1)]
    [InlineData(DeduplicationWindow.Keys, 0)]
    public void Should_forget_repeats_of_a_window_that_is_over_when_there_are_very_many_keys(int others, long repeats)
    {
        Pass("first").ShouldBe(0);
        Pass("first").ShouldBeNull();
        _clock.Advance(Minute);

        for (var i = 0; i < others; i++)
            Pass($"order-{i}").ShouldBe(0);

        Pass("first").ShouldBe(repeats);
    }

    [Fact]
    public void Should_forget_nothing_within_the_window_however_many_keys_there_are()
    {
        const int Many = DeduplicationWindow.Keys * 3;
        for (var i = 0; i < Many; i++)
            Pass($"order-{i}").ShouldBe(0);
        for (var i = 0; i < Many; i++)
            Pass($"order-{i}").ShouldBeNull();

        _clock.Advance(Minute);

        Pass($"order-{Many - 1}").ShouldBe(1);
    }

    [Fact]
    public void Should_forget_one_that_is_told_often_only_after_its_last_window()
    {
        Pass("often");
        _clock.Advance(Minute / 2);
        for (var i = 0; i < DeduplicationWindow.Keys; i++)
            Pass($"order-{i}");
        Pass("often", isResolved: true).ShouldBe(0);
        Pass("often", isResolved: true).ShouldBeNull();
        _clock.Advance(Minute * 2 / 3);

        Pass("another").ShouldBe(0);

        Pass("often", isResolved: true).ShouldBeNull();
        Pass("often").ShouldBe(2);
    }

    /// <summary>Repeats before it; null when it is one itself.</summary>
    long? Pass(string key, bool isResolved = false) => _window.TryPass(
        new Alert { Severity = AlertSeverity.Urgent, Kind = AlertKinds.OrderArchived, Key = key, At = _clock.GetUtcNow(), IsResolved = isResolved },
        out var repeats) ? repeats : null;
}
