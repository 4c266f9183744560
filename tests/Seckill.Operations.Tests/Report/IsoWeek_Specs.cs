using Seckill.Operations.Report;

namespace Seckill.Operations.Tests.Report;

public sealed class IsoWeek_Specs
{
    [Theory]
    [InlineData("2026-W10", "2026-03-02", "2026-03-09")]
    [InlineData("2026-W01", "2025-12-29", "2026-01-05")]
    [InlineData("2026-W53", "2026-12-28", "2027-01-04")]
    public void Should_go_from_Monday_to_Monday(string text, string from, string before)
    {
        var week = IsoWeek.Parse(text);

        week.From.ShouldBe(DateTimeOffset.Parse(from + "T00:00:00Z", null));
        week.Before.ShouldBe(DateTimeOffset.Parse(before + "T00:00:00Z", null));
        week.ToString().ShouldBe(text);
        IsoWeek.Of(week.From).ShouldBe(week);
        IsoWeek.Of(week.Before.AddTicks(-1)).ShouldBe(week);
        IsoWeek.Of(week.Before).ShouldNotBe(week);
    }

    [Fact]
    public void Should_be_a_week_of_UTC()
        => IsoWeek.Of(new DateTimeOffset(2026, 3, 2, 7, 59, 0, TimeSpan.FromHours(8))).ToString().ShouldBe("2026-W09");

    [Theory]
    [InlineData("2026-03-02T00:00:00Z", "2026-W09")]
    [InlineData("2026-03-08T23:59:59Z", "2026-W09")]
    [InlineData("2026-01-01T01:00:00Z", "2025-W52")]
    public void Should_know_the_last_week_that_is_over(string now, string week)
        => IsoWeek.LastBefore(DateTimeOffset.Parse(now, null)).ToString().ShouldBe(week);

    [Theory]
    [InlineData("")]
    [InlineData("2026-47")]
    [InlineData("2026-W1")]
    [InlineData("2026-w10")]
    [InlineData("0000-W01")]
    [InlineData("9999-W01")]
    [InlineData("2026-W10\n")]
    [InlineData("next week")]
    public void Should_say_how_a_week_is_written(string text)
        => Should.Throw<FormatException>(() => IsoWeek.Parse(text)).Message
            .ShouldBe($"'{text}' is not a week: write year and number of an ISO week, like 2026-W47");

    [Theory]
    [InlineData("2025-W53", "2025 has the weeks 01 to 52")]
    [InlineData("2026-W54", "2026 has the weeks 01 to 53")]
    [InlineData("2026-W00", "2026 has the weeks 01 to 53")]
    public void Should_say_which_weeks_a_year_has(string text, string has)
        => Should.Throw<FormatException>(() => IsoWeek.Parse(text)).Message.ShouldBe($"'{text}' is not a week: {has}");
}
