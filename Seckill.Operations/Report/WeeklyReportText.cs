using System.Globalization;
using System.Text;

using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Report;

/// <summary>A report for people, in Chinese or English: the same lines as facts of an alert and as markdown.</summary>
public static class WeeklyReportText
{
    /// <summary>Causes that are named; those beyond are added up.</summary>
    const int CausesShown = 5;

    /// <summary>Columns of the histogram that are shown; those beyond are added up.</summary>
    const int ColumnsShown = 10;

    /// <summary>The lines: name and value.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Lines(WeeklyReport report, bool chinese)
    {
        ArgumentNullException.ThrowIfNull(report);
        var lines = new List<KeyValuePair<string, string>>
        {
            Line("统计区间", "Week", $"{report.Week}: {report.From:yyyy-MM-dd} 00:00 UTC – {report.Before:yyyy-MM-dd} 00:00 UTC"),
            Line("进入补偿的订单", "Orders handed over", $"{report.HandedOver}"),
            Line("补偿尝试", "Attempts", $"{report.Attempts}"),
            Line("成功", "Successes", $"{report.Successes}"),
            Line("成功率", "Success rate", $"{Percent(report.SuccessRate)}"),
        };
        lines.AddRange(report.Stages.Select(x => Line("· " + StageName(x.Stage), "· " + StageName(x.Stage), $"{x.Successes} / {x.Attempts}")));
        lines.AddRange(
        [
            Line("成功所需次数", "Attempts needed", $"{Histogram(report.AttemptsNeeded)}"),
            Line("进入死信队列", "Dead-lettered", $"{report.DeadLettered}"),
            Line("归档", "Archived", $"{report.Archived}"),
            Line("最终失败率", "Final failure rate", $"{Percent(report.FinalFailureRate)}"),
            Line("主要归档原因", "Main causes", $"{Causes(report.ArchivedByCause)}"),
            Line("本周归档中已处理 / 未处理", "Of these handled / open", $"{report.ArchivedAndHandled} / {report.ArchivedAndOpen}"),
            Line("全部未处理归档", "Open in the whole archive", $"{report.OpenInAll}"),
            Line("首次失败到结束(平均)", "First failure to end, mean", $"{Duration(report.MeanSecondsToEnd)}"),
            Line("首次失败到结束(最长)", "First failure to end, longest", $"{Duration(report.MaxSecondsToEnd)}"),
            Line("订单告警", "Alerts about orders", $"{report.Alerts.Sum(x => x.Count)}"),
        ]);
        lines.AddRange(report.Alerts.Select(x => Line("· " + AlertTexts.Of(x.Kind, true).Title, "· " + AlertTexts.Of(x.Kind, false).Title, $"{x.Count}")));
        if (report.StepsAreInFilesOnly)
        {
            lines.Add(Line("注意", "Note", chinese
                ? $"补偿步骤只写入文件(Compensation:LogStorage = file);先运行 ./seckill replay-log 再运行 ./seckill report"
                : (FormattableString)$"steps are in files only (Compensation:LogStorage = file); run ./seckill replay-log, then ./seckill report"));
        }

        return lines;

        KeyValuePair<string, string> Line(string chineseName, string englishName, FormattableString value)
            => new(chinese ? chineseName : englishName, value.ToString(CultureInfo.InvariantCulture));

        string StageName(string stage) => (stage, chinese) switch
        {
            ("compensation", true) => "补偿(成功 / 尝试)",
            ("dead_letter", true) => "死信(成功 / 尝试)",
            ("reprocess", true) => "人工重新处理(成功 / 尝试)",
            ("compensation", false) => "compensation (successes / attempts)",
            ("dead_letter", false) => "dead letters (successes / attempts)",
            ("reprocess", false) => "reprocessed by people (successes / attempts)",
            _ => stage,
        };

        string Histogram(IReadOnlyList<AttemptsNeeded> columns)
        {
            var shown = columns.Take(ColumnsShown).Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Attempts}: {x.Orders}"));
            var more = columns.Skip(ColumnsShown).Sum(x => x.Orders);
            return columns.Count == 0 ? "–" : string.Join("; ", more == 0 ? shown : shown.Append($"{Others()}: {more.ToString(CultureInfo.InvariantCulture)}"));
        }

        string Causes(IReadOnlyList<CauseFigures> causes)
        {
            var shown = causes.Take(CausesShown).Select(x => $"{x.Cause}: {x.Orders.ToString(CultureInfo.InvariantCulture)}");
            var more = causes.Skip(CausesShown).Sum(x => x.Orders);
            return causes.Count == 0 ? "–" : string.Join("; ", more == 0 ? shown : shown.Append($"{Others()}: {more.ToString(CultureInfo.InvariantCulture)}"));
        }

        string Others() => chinese ? "其他" : "others";
    }

    /// <summary>The lines below a headline.</summary>
    public static string Markdown(WeeklyReport report, bool chinese)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder()
            .Append("### ").Append(AlertTexts.Of(Alerts.AlertKinds.WeeklyReport, chinese).Title).Append(' ').Append(report.Week).Append("\n\n");
        foreach (var (name, value) in Lines(report, chinese))
            text.Append("- **").Append(MarkdownText.Escape(name)).Append("**: ").Append(MarkdownText.Escape(value)).Append('\n');
        return text.ToString();
    }

    static string Percent(double? rate) => rate is { } x ? (x * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %" : "–";

    static string Duration(double? seconds)
    {
        if (seconds is not { } exact)
            return "–";
        if (exact < 60)
            return exact.ToString("0.#", CultureInfo.InvariantCulture) + " s";

        var time = TimeSpan.FromSeconds(Math.Round(exact));
        return time.TotalHours < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds:D2} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours} h {time.Minutes:D2} min {time.Seconds:D2} s");
    }
}
