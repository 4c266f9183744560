using Seckill.Bench.Load;

namespace Seckill.Bench.Tests;

public sealed class Arrivals_Specs
{
    const long Second = 1_000_000_000;

    [Fact]
    public void Should_be_evenly_spaced_from_the_start_on()
    {
        var arrivals = new Arrivals(7 * Second, 1_000, Second);

        arrivals.DueAt(0).ShouldBe(7 * Second);
        arrivals.DueAt(1).ShouldBe(7 * Second + 1_000_000);
        arrivals.DueAt(60_000).ShouldBe(67 * Second);
    }

    [Fact]
    public void Should_not_drift_when_the_interval_is_no_whole_number_of_ticks()
    {
        var arrivals = new Arrivals(0, 3, Second);

        arrivals.DueAt(3 * 3_600).ShouldBeInRange(3_600 * Second - 1, 3_600 * Second + 1);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(999_999, 1)]
    [InlineData(1_000_000, 2)]
    [InlineData(2_500_000, 3)]
    public void Should_be_due_when_their_time_has_come(long now, int due) => new Arrivals(0, 1_000, Second).DueBy(now).ShouldBe(due);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_200)]
    [InlineData(99_999)]
    public void Should_count_each_exactly_when_it_is_due(double perSecond)
    {
        var arrivals = new Arrivals(123, perSecond, Second);
        foreach (var index in (int[])[0, 1, 2, 10, 1_199, 72_000])
        {
            arrivals.DueBy(arrivals.DueAt(index)).ShouldBe(index + 1);
            arrivals.DueBy(arrivals.DueAt(index) - 1).ShouldBe(index);
        }
    }

    [Fact]
    public void Should_all_come_due_after_a_stall_of_the_sender()
    {
        var arrivals = new Arrivals(0, 1_000, Second);
        var sent = arrivals.DueBy(0);

        sent = arrivals.DueBy(2 * Second) - sent;

        sent.ShouldBe(2_000);
    }
}
