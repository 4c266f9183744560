namespace Seckill.Cli.Dashboards;

/// <summary>Draws a panel of lines over time, with its legend.</summary>
/// <param name="panel">The panel.</param>
/// <param name="range">The time.</param>
/// <param name="alerts">Times in which an alert fired.</param>
/// <param name="width">Pixels across.</param>
/// <param name="height">Pixels down, legend included.</param>
sealed class TimeSeriesChart(Panel panel, PrometheusRange range, IReadOnlyList<PanelPoint> alerts, double width, double height)
{
    const int LegendShown = 8;
    const double Left = 66, Right = 10, Top = 8, Bottom = 22, LegendHeight = 44;

    double PlotWidth => width - Left - Right;

    double PlotHeight => height - Top - Bottom - LegendHeight;

    /// <summary>Draws series, of which there is one at least.</summary>
    public Svg Draw(IReadOnlyList<PanelSeries> series)
    {
        var bands = Bands(series);
        var tops = bands.SelectMany(x => x).Select(x => x.Top).ToList();
        var axis = ChartAxis.Of(tops, panel.Minimum, PanelUnit.Base(panel.Unit, tops.Max()));
        var limits = panel.ShowsLimits ? panel.Steps.Where(x => x.Value is not null).ToList() : [];
        var svg = new Svg().Add($"<svg width=\"{width}\" height=\"{height - LegendHeight}\">");
        DrawGrid(svg, axis);
        for (var i = 0; i < bands.Count; i++)
            DrawBand(svg, axis, bands[i], Svg.Colors[i % Svg.Colors.Length], panel.IsStacked ? "0.35" : bands.Count == 1 ? "0.1" : "0");
        foreach (var limit in limits.Where(x => x.Value > axis.From && x.Value <= axis.To))
        {
            var y = Y(axis, limit.Value!.Value);
            svg.Add($"<line x1=\"{Left}\" x2=\"{width - Right}\" y1=\"{y}\" y2=\"{y}\" stroke=\"{Svg.Named(limit.Color)}\" stroke-dasharray=\"5 4\"/>");
        }

        foreach (var at in alerts)
            svg.Add($"<rect class=\"alert\" x=\"{X(at.At)}\" y=\"{Top + PlotHeight + 1}\" width=\"{X(at.At + range.StepSeconds) - X(at.At)}\" height=\"3\"/>");
        svg.Add($"</svg>");
        DrawLegend(svg, series, limits);
        return svg;
    }

    double Seconds => (range.To - range.From).TotalSeconds;

    double X(double at) => Left + (PlotWidth * Math.Clamp((at - range.From.ToUnixTimeSeconds()) / Seconds, 0, 1));

    double Y(ChartAxis axis, double value) => Top + (PlotHeight * (1 - ((value - axis.From) / (axis.To - axis.From))));

    void DrawGrid(Svg svg, ChartAxis axis)
    {
        foreach (var tick in axis.Ticks)
        {
            svg.Add($"<line class=\"grid\" x1=\"{Left}\" x2=\"{width - Right}\" y1=\"{Y(axis, tick)}\" y2=\"{Y(axis, tick)}\"/>");
            svg.Add($"<text x=\"{Left - 7}\" y=\"{Y(axis, tick) + 4}\" text-anchor=\"end\">{PanelUnit.Text(tick, panel.Unit)}</text>");
        }

        foreach (var time in ChartAxis.Times(range.From, range.To, (int)(PlotWidth / 62)))
        {
            var x = X(time.ToUnixTimeSeconds());
            svg.Add($"<line class=\"grid\" x1=\"{x}\" x2=\"{x}\" y1=\"{Top}\" y2=\"{Top + PlotHeight}\"/>");
            // A label that would stick out at a side is left out.
            if (x > Left + 14 && x < width - Right - 14)
                svg.Add($"<text x=\"{x}\" y=\"{Top + PlotHeight + 16}\" text-anchor=\"middle\">{time:HH:mm}</text>");
        }
    }

    void DrawBand(Svg svg, ChartAxis axis, List<BandPoint> band, string color, string opacity)
    {
        // In a stack that which is nothing would only hide the line below it.
        if (panel.IsStacked && band.All(x => x.Top <= x.Ground))
            return;

        foreach (var run in Runs(band))
        {
            var top = Line(run.Select(x => (x.At, x.Top)));
            var ground = Line(run.AsEnumerable().Reverse().Select(x => (x.At, Math.Max(x.Ground, axis.From))));
            svg.Add($"<polygon points=\"{top} {ground}\" fill=\"{color}\" fill-opacity=\"{opacity}\"/>");
            svg.Add($"<polyline points=\"{top}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.6\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>");
        }

        string Line(IEnumerable<(double At, double Value)> points) => string.Join(' ', points.Select(x => $"{Svg.Pixels(X(x.At))},{Svg.Pixels(Y(axis, x.Value))}"));
    }

    /// <summary>Points without a gap between them.</summary>
    IEnumerable<List<BandPoint>> Runs(List<BandPoint> points)
    {
        var run = new List<BandPoint>();
        foreach (var point in points)
        {
            if (run.Count > 0 && point.At - run[^1].At > range.StepSeconds * 1.5)
            {
                yield return run;
                run = [];
            }

            run.Add(point);
        }

        yield return run;
    }

    /// <summary>From where to where each series goes: in a stack, from the top of those before it. All queries have points at the same times.</summary>
    List<List<BandPoint>> Bands(IReadOnlyList<PanelSeries> series)
    {
        var tops = new Dictionary<double, double>();
        return series.Select(one => one.Points.Select(x =>
        {
            var ground = panel.IsStacked ? tops.GetValueOrDefault(x.At) : 0;
            tops[x.At] = ground + x.Value;
            return new BandPoint(x.At, ground, ground + x.Value);
        }).ToList()).ToList();
    }

    void DrawLegend(Svg html, IReadOnlyList<PanelSeries> series, List<ThresholdStep> limits)
    {
        var named = series.Select((x, i) => (Series: x, i));
        // Where not all find room, the largest do.
        if (series.Count > LegendShown)
            named = named.OrderByDescending(x => x.Series.Points.Max(point => point.Value)).Take(LegendShown - 1);
        html.Add($"<div class=\"legend\">");
        foreach (var (one, i) in named)
            html.Add($"<span><i style=\"background:{Svg.Colors[i % Svg.Colors.Length]}\"></i>{one.Name}</span> ");
        if (series.Count > LegendShown)
            html.Add($"<span>and {series.Count - LegendShown + 1} more</span> ");
        foreach (var limit in limits)
            html.Add($"<span><i class=\"limit\" style=\"border-color:{Svg.Named(limit.Color)}\"></i>limit {PanelUnit.Text(limit.Value!.Value, panel.Unit)}</span> ");
        html.Add($"</div>");
    }

    sealed record BandPoint(double At, double Ground, double Top);
}
