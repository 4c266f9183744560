using System.Globalization;

using Seckill.Hosting.Status;
using Seckill.Hosting.Telemetry.Reading;

using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seckill.Cli.Top;

/// <summary>What <c>./seckill top</c> shows of a moment.</summary>
static class TopView
{
    const int SkusShown = 12;
    const int AlertsShown = 8;
    const int BarWidth = 24;
    const int PlainWidth = 124;

    static readonly Dictionary<string, string> Names = new()
    {
        ["answer"] = "answer to an order",
        ["commit"] = "prepared to committed",
        ["group_commit"] = "a group commit",
        ["rolled_back"] = "rolled back",
        ["exhausted"] = "out of attempts",
        ["dead_letter"] = "dead letters",
        ["archived"] = "in the archive",
    };

    /// <summary>The view, for a console.</summary>
    /// <param name="status">What the programs say.</param>
    /// <param name="alerts">What Alertmanager says.</param>
    /// <param name="now">The time.</param>
    public static IRenderable Of(SystemStatus status, FiringAlerts alerts, DateTimeOffset now) => new Rows(
        Head(now), Title("Programs"), Indented(Programs(status)), Title("Sale progress"), Stock(status),
        new Grid().AddColumn(Wide(42)).AddColumn(Wide(36)).AddColumn(Wide(42)).AddRow(Flow("Answers to orders", status.Orders), Flow("Decisions", status.Decisions), Times(status)),
        Title("Waiting"), Indented(Waiting(status)), Title("Alerts"), Alerts(alerts, now));

    /// <summary>The same as plain text.</summary>
    public static void Write(TextWriter writer, SystemStatus status, FiringAlerts alerts, DateTimeOffset now)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = PlainWidth;
        console.Write(Of(status, alerts, now));
        foreach (var line in text.ToString().TrimEnd().Split('\n'))
            writer.WriteLine(line.TrimEnd());
    }

    static Markup Head(DateTimeOffset now) => new(string.Create(CultureInfo.InvariantCulture,
        $"[bold]Seckill[/]  {now:yyyy-MM-dd HH:mm:ss} UTC  [grey]rates and times of the last {ScrapeHistory.Window.TotalSeconds:0} s[/]"));

    static Padder Title(string text) => new(new Markup($"[bold]{text}[/]"), new Padding(0, 1, 0, 0));

    static Table Programs(SystemStatus status)
    {
        var table = NewTable(("name", false), ("state", false), ("cores", true), ("memory", true));
        foreach (var program in status.Programs)
            table.AddRow(Cell(program.Name), State(program, status), Cell(Figures.Cores(program.Cores)), Cell(Figures.Megabytes(program.MemoryBytes)));
        return table;
    }

    static Markup State(ProgramStatus program, SystemStatus status)
    {
        if (program.Failure is { } failure)
            return Cell("no answer: " + failure, "red");

        var (word, color) = program.Ready switch
        {
            1 => ("ready", "green"),
            > 0 => ("degraded", "yellow"),
            0 => ("not ready", "red"),
            _ => ("starting", "yellow"),
        };
        // Only workers have circuits; one that is open is also a check that fails.
        var waits = program.FailingChecks.Contains("circuit") ? status.OpenCircuits.Select(x => "waits for " + x) : [];
        return Cell(string.Join(", ", [word, .. program.FailingChecks.Select(x => "check " + x), .. waits]), color);
    }

    static IRenderable Stock(SystemStatus status)
    {
        if (status.Stock.Count == 0)
            return Nothing("no activity is on sale, or no worker answers");

        var table = NewTable(("activity", false), ("SKU", true), ("sold", true), ("reserved", true), ("available", true), ("of", true), ("", false));
        foreach (var sku in status.Stock.Take(SkusShown))
        {
            table.AddRow(
                Cell(sku.Activity), Cell(sku.Sku), Cell(Figures.Whole(sku.Sold)), Cell(Figures.Whole(sku.Reserved)), Cell(Figures.Whole(sku.Available)),
                Cell(Figures.Whole(sku.Total)), Bar(sku));
        }

        return status.Stock.Count <= SkusShown
            ? Indented(table)
            : new Rows(Indented(table), Nothing(string.Create(CultureInfo.InvariantCulture, $"and {status.Stock.Count - SkusShown} more SKUs")));
    }

    static Markup Bar(SkuStatus sku)
    {
        var total = Math.Max(sku.Total, 1);
        var sold = (int)(BarWidth * sku.Sold / total);
        var reserved = (int)Math.Ceiling(BarWidth * (sku.Sold + sku.Reserved) / total) - sold;
        return new Markup(string.Create(CultureInfo.InvariantCulture,
            $"[blue]{new string('#', sold)}[/][yellow]{new string('+', reserved)}[/][grey]{new string('.', BarWidth - sold - reserved)}[/] {Math.Floor(100 * sku.Sold / total):0} %"));
    }

    static Rows Flow(string title, IReadOnlyList<FlowStatus> flow)
    {
        if (flow.Count == 0)
            return new Rows(Title(title), Nothing("no data"));

        var table = NewTable(("", false), ("lately", true), ("since start", true));
        foreach (var outcome in flow)
            table.AddRow(Cell(Name(outcome.Outcome)), Cell(Figures.Rate(outcome.PerSecond)), Cell(Figures.Whole(outcome.Total)));
        return new Rows(Title(title), Indented(table));
    }

    static Rows Times(SystemStatus status)
    {
        var table = NewTable(("", false), ("50 %", true), ("99 %", true));
        foreach (var latency in status.Latencies)
            table.AddRow(Cell(Name(latency.What)), Cell(Figures.Time(latency.P50Seconds)), Cell(Figures.Time(latency.P99Seconds)));
        return new Rows(Title("Time"), Indented(table));
    }

    static Table Waiting(SystemStatus status)
    {
        var age = status.Undecided > 0 ? ", the oldest for " + Figures.Time(status.OldestUndecidedSeconds) : "";
        var table = new Table { Border = TableBorder.None, ShowHeaders = false }.AddColumn("").AddColumn("");
        table.AddRow(Cell("undecided orders"), Cell(Figures.Whole(status.Undecided) + age, status.OldestUndecidedSeconds > 300 ? "red" : "default"));
        table.AddRow(Cell("past their time-out"), Cell(Figures.Whole(status.Suspended), status.Suspended > 0 ? "yellow" : "default"));
        table.AddRow(Cell("orders that failed"), Cell(Listed(status.Compensation.Select(x => $"{Name(x.State)} {Figures.Whole(x.Orders)}"))));
        table.AddRow(Cell("records in Kafka"), Cell(Listed(status.Backlogs.Select(x => $"{x.Topic} {Figures.Whole(x.Records)}"))));
        return table;
    }

    static IRenderable Alerts(FiringAlerts answer, DateTimeOffset now)
    {
        if (answer.Alerts is not { } alerts)
            return answer.Failure is { } failure ? Indented(Cell("no answer from Alertmanager: " + failure, "red")) : Nothing("no Alertmanager");
        if (alerts.Count == 0)
            return Nothing("none fires");

        var table = NewTable(("for", true), ("alert", false), ("of", false), ("what", false));
        foreach (var alert in alerts.Take(AlertsShown))
        {
            table.AddRow(
                Cell(Figures.Time(Math.Max(0, (now - alert.Since).TotalSeconds))), Cell(alert.Name, alert.Severity == "critical" ? "red" : "yellow"),
                Cell(alert.Instance), Cell(alert.Summary));
        }

        return alerts.Count <= AlertsShown
            ? Indented(table)
            : new Rows(Indented(table), Nothing(string.Create(CultureInfo.InvariantCulture, $"and {alerts.Count - AlertsShown} more")));
    }

    static GridColumn Wide(int width) => new() { Width = width, Padding = new Padding(0, 0, 1, 0) };

    static Padder Indented(IRenderable content) => new(content, new Padding(2, 0, 0, 0));

    static Table NewTable(params (string Name, bool IsNumber)[] columns)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var (name, isNumber) in columns)
        {
            var column = new TableColumn(new Markup($"[grey]{name}[/]")) { Padding = new Padding(1, 0, 1, 0), NoWrap = isNumber || name.Length == 0 };
            table.AddColumn(isNumber ? column.RightAligned() : column);
        }

        return table;
    }

    static Padder Nothing(string text) => Indented(Cell(text, "grey"));

    static Markup Cell(string text, string color = "default") => new($"[{color}]{Markup.Escape(text)}[/]");

    static string Name(string key) => Names.GetValueOrDefault(key, key);

    static string Listed(IEnumerable<string> parts) => string.Join(", ", parts) is { Length: > 0 } text ? text : Figures.Unknown;
}
