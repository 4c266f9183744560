using System.Text.Json;

namespace Seckill.Cli.Dashboards;

/// <summary>A panel of a dashboard.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Description">What it means; empty where the title says it.</param>
/// <param name="Type"><c>timeseries</c>, <c>stat</c> or <c>bargauge</c>.</param>
/// <param name="Place">Where it is, in Grafana's grid of 24 columns.</param>
/// <param name="Unit">Grafana's name of the unit.</param>
/// <param name="Minimum">Where the axis begins; null for what the data say.</param>
/// <param name="IsStacked">Whether values are added up.</param>
/// <param name="Steps">Thresholds, the lowest first.</param>
/// <param name="ShowsLimits">Whether thresholds are lines in the picture.</param>
/// <param name="Queries">What it asks for.</param>
sealed record Panel(
    string Title, string Description, string Type, GridPlace Place, string Unit, double? Minimum, bool IsStacked, IReadOnlyList<ThresholdStep> Steps,
    bool ShowsLimits, IReadOnlyList<PanelQuery> Queries)
{
    public static Panel Read(JsonElement panel)
    {
        var defaults = panel.GetProperty("fieldConfig").GetProperty("defaults");
        var place = panel.GetProperty("gridPos");
        return new Panel(
            panel.GetProperty("title").GetString()!, Text(panel, "description"), panel.GetProperty("type").GetString()!,
            new GridPlace(place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32()),
            Text(defaults, "unit"), Number(defaults, "min"), Find(defaults, "custom", "stacking", "mode") is { } mode && mode.GetString() == "normal",
            Find(defaults, "thresholds", "steps") is { } steps ? steps.EnumerateArray().Select(x => new ThresholdStep(Text(x, "color"), Number(x, "value"))).ToList() : [],
            Find(defaults, "custom", "thresholdsStyle", "mode") is { } style && style.GetString() == "line",
            panel.GetProperty("targets").EnumerateArray().Select(x => new PanelQuery(x.GetProperty("expr").GetString()!, Text(x, "legendFormat"))).ToList());
    }

    static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    static double? Number(JsonElement element, string name)
        => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    static JsonElement? Find(JsonElement element, params string[] path)
    {
        foreach (var name in path)
        {
            if (!element.TryGetProperty(name, out element))
                return null;
        }

        return element;
    }
}

/// <summary>A place in the grid.</summary>
sealed record GridPlace(int X, int Y, int Width, int Height);

/// <summary>From a value on, a color; null for all that is less.</summary>
sealed record ThresholdStep(string Color, double? Value);

/// <summary>A query and the name of its series, with labels in braces.</summary>
sealed record PanelQuery(string Expression, string Legend);
