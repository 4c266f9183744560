using System.Globalization;
using System.Text;

using Microsoft.Extensions.Options;

namespace Seckill.Operations.Alerts.Texts;

/// <summary>Writes messages.</summary>
sealed class AlertMessages(IOptions<AlertsOptions> options)
{
    /// <summary>Alerts that a digest names one by one; the others are only counted.</summary>
    internal const int DigestShows = 10;

    static readonly TimeSpan BeijingTime = TimeSpan.FromHours(8);

    readonly bool _chinese = options.Value.Language == "zh";
    readonly string _runbook = options.Value.RunbookUrl;

    public AlertMessage Compose(IReadOnlyList<ToldAlert> alerts) => alerts.Count == 1 ? Single(alerts[0]) : Digest(alerts);

    /// <summary>Headline with severity and subject, as plain text on one line.</summary>
    public string Title(Alert alert)
    {
        var subject = alert.Kind == AlertKinds.Alertmanager
            ? alert.Facts.FirstOrDefault(x => x.Key == "alertname").Value ?? ""
            : alert.Key;
        var title = $"[{Word(alert)}] {AlertTexts.Of(alert.Kind, _chinese).Title}";
        return MarkdownText.OneLine(subject.Length == 0 ? title : $"{title}{(_chinese ? ":" : ": ")}{Utf8Text.Cut(subject, 200)}");
    }

    AlertMessage Single(ToldAlert told)
    {
        var alert = told.Alert;
        var text = AlertTexts.Of(alert.Kind, _chinese);
        var title = Title(alert);
        var sentence = alert.IsResolved ? text.Resolved : text.Sentence;
        var lines = new List<(string Name, string Value)> { (_chinese ? "时间" : "Time", Time(alert.At)) };
        lines.AddRange(alert.Facts.Select(x => (x.Key, x.Value)));
        if (told.Repeats > 0)
        {
            lines.Add(_chinese
                ? ("重复", $"此前另有 {told.Repeats} 次相同告警未单独发送")
                : ("Repeated", $"{told.Repeats} more of the same were not told one by one"));
        }

        var markdown = new StringBuilder().Append("### ").Append(Escaped(title)).Append("\n\n").Append(sentence).Append("\n\n");
        var plain = new StringBuilder(title).Append("\n\n").Append(sentence).Append("\n\n");
        foreach (var (name, value) in lines)
        {
            markdown.Append("- **").Append(MarkdownText.Escape(name)).Append("**: ").Append(MarkdownText.Escape(value)).Append('\n');
            plain.Append(MarkdownText.OneLine(name)).Append(": ").Append(MarkdownText.OneLine(value)).Append('\n');
        }

        if (!alert.IsResolved)
        {
            var toDo = (_chinese ? "处理:" : "What to do: ") + text.ToDo;
            markdown.Append("\n> ").Append(toDo).Append(' ').Append(RunbookLink(alert)).Append('\n');
            plain.Append('\n').Append(toDo).Append('\n').Append(Runbook(alert)).Append('\n');
        }

        return new AlertMessage
        {
            Title = title,
            Markdown = markdown.ToString(),
            Text = plain.ToString(),
            IsUrgent = NeedsSomebody(alert),
            Alerts = [told],
        };
    }

    AlertMessage Digest(IReadOnlyList<ToldAlert> alerts)
    {
        var title = _chinese ? $"[汇总] {alerts.Count} 条告警" : $"[Digest] {alerts.Count} alerts";
        var sentence = _chinese
            ? "以下告警在等待发送期间积累较多,合并为一条消息。"
            : "These alerts waited together, and are told in one message.";
        var markdown = new StringBuilder().Append("### ").Append(Escaped(title)).Append("\n\n").Append(sentence).Append("\n\n");
        var plain = new StringBuilder(title).Append("\n\n").Append(sentence).Append("\n\n");

        foreach (var group in alerts.GroupBy(x => (x.Alert.Kind, x.Alert.IsResolved)).OrderByDescending(x => x.Count()))
        {
            var name = AlertTexts.Of(group.Key.Kind, _chinese).Title + (group.Key.IsResolved ? _chinese ? "(已恢复)" : " (resolved)" : "");
            var count = group.Count().ToString(CultureInfo.InvariantCulture);
            markdown.Append("- **").Append(MarkdownText.Escape(name)).Append("**: ").Append(count).Append('\n');
            plain.Append(name).Append(": ").Append(count).Append('\n');
        }

        markdown.Append('\n');
        plain.Append('\n');
        var first = alerts.OrderByDescending(x => NeedsSomebody(x.Alert)).ThenBy(x => x.Alert.At).Take(DigestShows).ToList();
        for (var i = 0; i < first.Count; i++)
        {
            var line = $"{Time(first[i].Alert.At)} {Title(first[i].Alert)}";
            markdown.Append(CultureInfo.InvariantCulture, $"{i + 1}. ").Append(Escaped(line)).Append('\n');
            plain.Append(CultureInfo.InvariantCulture, $"{i + 1}. {line}\n");
        }

        if (alerts.Count > first.Count)
        {
            var rest = _chinese ? $"另有 {alerts.Count - first.Count} 条,见日志。" : $"{alerts.Count - first.Count} more are in the logs.";
            markdown.Append('\n').Append(rest).Append('\n');
            plain.Append('\n').Append(rest).Append('\n');
        }

        return new AlertMessage
        {
            Title = title,
            Markdown = markdown.ToString(),
            Text = plain.ToString(),
            IsUrgent = alerts.Any(x => NeedsSomebody(x.Alert)),
            Alerts = alerts,
        };
    }

    static bool NeedsSomebody(Alert alert) => alert is { Severity: AlertSeverity.Urgent, IsResolved: false };

    static string Escaped(string title) => MarkdownText.Escape(title);

    string Word(Alert alert) => alert switch
    {
        { Kind: AlertKinds.WeeklyReport } => _chinese ? "报告" : "Report",
        { IsResolved: true } => _chinese ? "已恢复" : "Resolved",
        { Severity: AlertSeverity.Urgent } => _chinese ? "紧急" : "Urgent",
        _ => _chinese ? "警告" : "Warning",
    };

    // Operators of a Chinese text read Beijing time, which has no summer time.
    string Time(DateTimeOffset at) => _chinese
        ? at.ToOffset(BeijingTime).ToString("yyyy-MM-dd HH:mm:ss '(北京时间)'", CultureInfo.InvariantCulture)
        : at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    string Runbook(Alert alert) => $"{_runbook}#{alert.RunbookSection ?? alert.Kind}";

    string RunbookLink(Alert alert) => _runbook.StartsWith("http", StringComparison.OrdinalIgnoreCase)
        ? $"[{(_chinese ? "运行手册" : "Runbook")}]({new Uri(Runbook(alert)).AbsoluteUri})"
        : $"`{Runbook(alert)}`";
}
