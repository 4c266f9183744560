using Seckill.Operations.Report;

namespace Seckill.Operations.Tests.Report;

public sealed class WeeklyReportText_Specs
{
    static readonly WeeklyReport Report = new()
    {
        Week = "2026-W10",
        From = IsoWeek.Parse("2026-W10").From,
        Before = IsoWeek.Parse("2026-W10").Before,
        HandedOver = 1200,
        Stages = [new("compensation", 1500, 1190), new("dead_letter", 20, 6), new("reprocess", 4, 4)],
        AttemptsNeeded = [new(1, 1000), new(2, 190), new(4, 6)],
        DeadLettered = 10,
        ArchivedByCause = [new("redis", 3), new("mysql", 2), new("a", 1), new("b", 1), new("[x](http://evil)", 1), new("c", 1), new("d", 1)],
        ArchivedAndHandled = 4,
        OpenInAll = 9,
        Ended = 1200,
        MeanSecondsToEnd = 12.34,
        MaxSecondsToEnd = 7384.6,
        Alerts = [new("order_dead_lettered", 10)],
        StepsAreInFilesOnly = false,
    };

    [Fact]
    public void Should_be_in_English()
        => WeeklyReportText.Markdown(Report, chinese: false).ShouldBe("""
            ### Weekly report of compensation 2026-W10

            - **Week**: 2026-W10: 2026-03-02 00:00 UTC – 2026-03-09 00:00 UTC
            - **Orders handed over**: 1200
            - **Attempts**: 1524
            - **Successes**: 1200
            - **Success rate**: 78.74 %
            - **· compensation (successes / attempts)**: 1190 / 1500
            - **· dead letters (successes / attempts)**: 6 / 20
            - **· reprocessed by people (successes / attempts)**: 4 / 4
            - **Attempts needed**: 1: 1000; 2: 190; 4: 6
            - **Dead-lettered**: 10
            - **Archived**: 10
            - **Final failure rate**: 0.66 %
            - **Main causes**: redis: 3; mysql: 2; a: 1; b: 1; ［x］(http：//evil): 1; others: 2
            - **Of these handled / open**: 4 / 6
            - **Open in the whole archive**: 9
            - **First failure to end, mean**: 12.3 s
            - **First failure to end, longest**: 2 h 03 min 05 s
            - **Alerts about orders**: 10
            - **· An order is in the dead-letter topic**: 10

            """.Replace("\r\n", "\n", StringComparison.Ordinal));

    [Fact]
    public void Should_be_in_Chinese()
    {
        var text = WeeklyReportText.Markdown(Report, chinese: true);

        text.ShouldStartWith("### 补偿周报 2026-W10\n\n- **统计区间**: 2026-W10: ");
        text.ShouldContain("- **成功率**: 78.74 %\n");
        text.ShouldContain("- **主要归档原因**: redis: 3; mysql: 2; a: 1; b: 1; ［x］(http：//evil): 1; 其他: 2\n");
        text.ShouldContain("- **· 订单进入死信队列**: 10\n");
    }

    [Fact]
    public void Should_have_the_same_lines_in_both_languages()
        => WeeklyReportText.Lines(Report, chinese: true).Select(x => x.Value).ShouldBe(
            WeeklyReportText.Lines(Report, chinese: false).Select(x => x.Value.Replace("others", "其他", StringComparison.Ordinal)));

    [Fact]
    public void Should_fit_into_an_alert_when_there_are_very_many_columns()
    {
        var wide = Report with { AttemptsNeeded = [.. Enumerable.Range(1, 1000).Select(x => new AttemptsNeeded(x, 1))] };

        var lines = WeeklyReportText.Lines(wide, chinese: false);

        lines.Count.ShouldBeLessThan(50);
        lines.Single(x => x.Key == "Attempts needed").Value.ShouldEndWith("10: 1; others: 990");
    }
}
