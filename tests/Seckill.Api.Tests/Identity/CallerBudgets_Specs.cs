using Seckill.Api.Identity;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Identity;

public sealed class CallerBudgets_Specs
{
    readonly ManualClock _clock = new();
    readonly CallerBudgets _budgets;

    public CallerBudgets_Specs() => _budgets = new CallerBudgets(_clock);

    [Fact]
    public void Should_let_a_burst_through_and_then_what_the_rate_allows()
    {
        Take("alice").ShouldBe([true, true, true, false, false]);

        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Take("alice").ShouldBe([true, false, false, false, false]);
        Take("bob").ShouldBe([true, true, true, false, false]);

        _clock.Advance(TimeSpan.FromMilliseconds(3_600_000));
        Take("alice").ShouldBe([true, true, true, false, false]);
    }

    [Fact]
    public void Should_say_when_there_is_a_request_again()
    {
        Take("alice");
        _clock.Advance(TimeSpan.FromMilliseconds(100));

        _budgets.TryTake("alice", perSecond: 2, burst: 3, out var retryAfter).ShouldBeFalse();

        retryAfter.ShouldBe(TimeSpan.FromMilliseconds(400));
        _clock.Advance(TimeSpan.FromMilliseconds(400));
        _budgets.TryTake("alice", perSecond: 2, burst: 3, out retryAfter).ShouldBeTrue();
        retryAfter.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Should_forget_callers_who_are_away_and_no_others()
    {
        foreach (var i in Enumerable.Range(0, 1000))
            _budgets.TryTake($"once-{i}", perSecond: 2, burst: 3, out _);
        _clock.Advance(TimeSpan.FromMilliseconds(9_000));
        Take("alice");
        _budgets.Count.ShouldBe(1001);

        _clock.Advance(TimeSpan.FromMilliseconds(1_001));
        _budgets.TryTake("bob", perSecond: 2, burst: 3, out _);

        await Eventually.HoldsAsync(() => _budgets.Count == 2, "those who are away are forgotten");
        Take("alice").ShouldBe([true, true, false, false, false]);
    }

    [Fact]
    public void Should_count_exactly_when_many_come_at_once()
    {
        var taken = 0;
        Parallel.For(0, 10_000, _ =>
        {
            if (_budgets.TryTake("alice", perSecond: 1, burst: 100, out var _))
                Interlocked.Increment(ref taken);
        });

        taken.ShouldBe(100);
    }

    bool[] Take(string caller) => [.. Enumerable.Range(0, 5).Select(_ => _budgets.TryTake(caller, perSecond: 2, burst: 3, out var _))];
}
