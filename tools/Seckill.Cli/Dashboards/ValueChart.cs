using System.Globalization;

namespace Seckill.Cli.Dashboards;

/// <summary>Draws panels that are about the last value of each series.</summary>
/// <param name="panel">The panel.</param>
/// <param name="width">Pixels across.</param>
/// <param name="height">Pixels down.</param>
sealed class ValueChart(Panel panel, double width, double height)
{
    const int TilesShown = 8;
    const double BarLabel = 56, BarValue = 70;

    /// <summary>A large number for each, and what it was before as an area under it.</summary>
    public Svg DrawNumbers(IReadOnlyList<PanelSeries> series)
    {
        var shown = series.Take(TilesShown).ToList();
        var columns = shown.Count > 3 ? 2 : 1;
        var rows = (shown.Count + columns - 1) / columns;
        var html = new Svg().Add($"<div class=\"numbers\" style=\"grid-template-columns:repeat({columns},1fr)\">");
        foreach (var one in shown)
        {
            var value = one.Points[^1].Value;
            html.Add($"<div class=\"number {(rows > 1 ? "small" : "large")}\">{Area(one, width / columns, (height / rows) - 6)}");
            html.Add($"<strong style=\"color:{ColorOf(value)}\">{PanelUnit.Text(value, panel.Unit)}</strong>");
            html.Add($"<span>{one.Name}</span></div>");
        }

        return html.Add($"</div>");
    }

    /// <summary>A bar for each, as long as its value; those named by a number in its order.</summary>
    public Svg DrawBars(IReadOnlyList<PanelSeries> series)
    {
        var ordered = series.OrderBy(x => Bound(x.Name)).ToList();
        var most = Math.Max(ordered.Max(x => x.Points[^1].Value), double.Epsilon);
        var room = height / ordered.Count;
        var svg = new Svg().Add($"<svg width=\"{width}\" height=\"{height}\">");
        foreach (var (one, i) in ordered.Select((x, i) => (x, i)))
        {
            var (value, y) = (one.Points[^1].Value, i * room);
            svg.Add($"<text x=\"{BarLabel - 8}\" y=\"{y + (room / 2) + 4}\" text-anchor=\"end\">{BarName(one.Name)}</text>");
            svg.Add($"<rect x=\"{BarLabel}\" y=\"{y + 3}\" height=\"{Math.Max(2, room - 6)}\" width=\"{Math.Max(0, (width - BarLabel - BarValue) * value / most)}\" rx=\"2\" fill=\"{Svg.Colors[0]}\"/>");
            svg.Add($"<text x=\"{BarLabel + Math.Max(0, (width - BarLabel - BarValue) * value / most) + 6}\" y=\"{y + (room / 2) + 4}\">{PanelUnit.Text(value, panel.Unit)}</text>");
        }

        return svg.Add($"</svg>");
    }

    Svg Area(PanelSeries series, double areaWidth, double areaHeight)
    {
        var (least, most) = (Math.Min(0, series.Points.Min(x => x.Value)), series.Points.Max(x => x.Value));
        var (from, to) = (series.Points[0].At, series.Points[^1].At);
        var svg = new Svg().Add($"<svg width=\"{areaWidth}\" height=\"{areaHeight}\" preserveAspectRatio=\"none\">");
        if (most > least && to > from)
        {
            var high = areaHeight * 0.45;
            var points = string.Join(' ', series.Points.Select(x =>
                $"{Svg.Pixels(areaWidth * (x.At - from) / (to - from))},{Svg.Pixels(areaHeight - (high * (x.Value - least) / (most - least)))}"));
            svg.Add($"<polygon points=\"0,{areaHeight} {points} {areaWidth},{areaHeight}\" fill=\"{ColorOf(series.Points[^1].Value)}\" fill-opacity=\"0.12\"/>");
        }

        return svg.Add($"</svg>");
    }

    string ColorOf(double value)
        => panel.Steps.LastOrDefault(x => x.Value is null || x.Value <= value) is { } step ? Svg.Named(step.Color) : "#1c2430";

    /// <summary>Bars are buckets, each of which holds those before it.</summary>
    static string BarName(string name) => Bound(name) switch
    {
        double.PositiveInfinity => "all",
        var bound => string.Create(CultureInfo.InvariantCulture, $"≤ {bound}"),
    };

    static double Bound(string name) => name == "+Inf" ? double.PositiveInfinity
        : double.TryParse(name, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
