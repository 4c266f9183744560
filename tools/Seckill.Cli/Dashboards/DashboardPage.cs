namespace Seckill.Cli.Dashboards;

/// <summary>A dashboard as a page, in the layout of its file.</summary>
/// <param name="Html">The page.</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Panels">How many panels it has.</param>
/// <param name="Empty">Titles of those without data.</param>
sealed record DashboardPage(string Html, int Width, int Height, int Panels, IReadOnlyList<string> Empty)
{
    const int Column = 58, Row = 30, Gap = 8, Margin = 16, Head = 64;
    const double PanelPadding = 10, PanelTitle = 30;

    const string Style = """
        * { box-sizing: border-box; }
        body { margin: 0; background: #eef1f4; color: #1c2430; font: 13px/1.35 "DejaVu Sans", sans-serif; position: relative; overflow: hidden; }
        h1 { font-size: 19px; margin: 0; } header { position: absolute; left: 16px; right: 16px; top: 12px; } header p { margin: 2px 0 0; color: #5b6675; }
        header .times { position: absolute; right: 0; top: 5px; }
        .panel { position: absolute; background: #fff; border: 1px solid #d9dde3; border-radius: 5px; padding: 0 10px; overflow: hidden; }
        .panel h2 { font-size: 13px; line-height: 16px; height: 30px; margin: 0; padding-top: 2px; white-space: nowrap; }
        .panel h2 small { display: block; font-weight: normal; color: #5b6675; font-size: 10.5px; line-height: 12px; overflow: hidden; text-overflow: ellipsis; }
        .nothing { color: #5b6675; text-align: center; margin-top: 70px; }
        svg { display: block; } svg text { font-size: 11px; fill: #5b6675; } .grid { stroke: #e4e8ed; } .alert { fill: #c2271b; }
        .legend { height: 44px; overflow: hidden; font-size: 11px; line-height: 19px; padding: 3px 0 0 6px; }
        .legend span { margin-right: 12px; white-space: nowrap; display: inline-block; max-width: 100%; overflow: hidden; text-overflow: ellipsis; vertical-align: top; }
        .legend i { display: inline-block; width: 12px; height: 3px; margin-right: 5px; vertical-align: middle; border-radius: 2px; }
        .legend i.limit { height: 0; border-top: 2px dashed; border-radius: 0; }
        .numbers { display: grid; gap: 6px; height: 100%; padding-bottom: 44px; }
        .number { position: relative; display: flex; flex-direction: column; justify-content: center; align-items: center; overflow: hidden; }
        .number svg { position: absolute; left: 0; bottom: 0; } .number strong, .number span { position: relative; }
        .number span { color: #5b6675; font-size: 12px; } .large strong { font-size: 44px; } .small strong { font-size: 24px; }
        """;

    /// <summary>Asks for what the panels show, and draws them.</summary>
    public static async Task<DashboardPage> DrawAsync(Dashboard dashboard, PrometheusRange range, CancellationToken cancellationToken)
    {
        var fired = await range.AskAsync(new PanelQuery("count(ALERTS{alertstate=\"firing\"})", ""), cancellationToken);
        IReadOnlyList<PanelPoint> alerts = fired is [var one, ..] ? one.Points : [];
        var (html, empty) = (new Svg(), new List<string>());
        foreach (var panel in dashboard.Panels)
        {
            var series = new List<PanelSeries>();
            foreach (var query in panel.Queries)
                series.AddRange(await range.AskAsync(query, cancellationToken));
            if (series.Count == 0)
                empty.Add(panel.Title);
            Draw(html, panel, series, range, alerts);
        }

        var width = (24 * Column) + (2 * Margin) - Gap;
        var height = Head + (dashboard.Panels.Max(x => x.Place.Y + x.Place.Height) * Row) + Margin - Gap;
        var page = new Svg().Add($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{dashboard.Title}</title>")
            .Add($"<style>{Svg.Of(Style)}</style></head><body style=\"width:{width}px;height:{height}px\">")
            .Add($"<header><h1>{dashboard.Title}</h1><p>{dashboard.Description}</p><p class=\"times\">{range.From:yyyy-MM-dd HH:mm} to {range.To:HH:mm} UTC")
            .Add($"{(alerts.Count > 0 ? ", red on the time axis: an alert fires" : "")}</p></header>{html}</body></html>");
        return new DashboardPage(page.ToString(), width, height, dashboard.Panels.Count, empty);
    }

    static void Draw(Svg html, Panel panel, List<PanelSeries> series, PrometheusRange range, IReadOnlyList<PanelPoint> alerts)
    {
        var (left, top) = (Margin + (panel.Place.X * Column), Head + (panel.Place.Y * Row));
        var (width, height) = ((panel.Place.Width * Column) - Gap, (panel.Place.Height * Row) - Gap);
        var (innerWidth, innerHeight) = (width - 2 - (2 * PanelPadding), height - 2 - PanelTitle);
        // What stands for nothing (`or vector(0)`) has no name, and is only needed where nothing else is.
        var named = series.Where(x => x.Name.Length > 0).ToList();
        if (named.Count == 0)
            named = series.Select(x => x with { Name = "none" }).ToList();
        html.Add($"<div class=\"panel\" style=\"left:{left}px;top:{top}px;width:{width}px;height:{height}px\">");
        html.Add($"<h2>{panel.Title}<small>{panel.Description}</small></h2>");
        html.Add($"{Content()}</div>");

        Svg Content() => (panel.Type, series.Count) switch
        {
            (_, 0) => new Svg().Add($"<p class=\"nothing\">No data</p>"),
            ("timeseries", _) => new TimeSeriesChart(panel, range, alerts, innerWidth, innerHeight).Draw(named),
            ("stat", _) => new ValueChart(panel, innerWidth, innerHeight).DrawNumbers(named),
            ("bargauge", _) => new ValueChart(panel, innerWidth, innerHeight - PanelPadding).DrawBars(named),
            _ => throw new InvalidOperationException($"'{panel.Title}': the type '{panel.Type}' is not understood"),
        };
    }
}
