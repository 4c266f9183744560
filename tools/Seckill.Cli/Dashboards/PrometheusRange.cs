using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Seckill.Cli.Dashboards;

/// <summary>Asks Prometheus for what panels show of a time.</summary>
/// <param name="http">With Prometheus' address.</param>
/// <param name="from">The first point.</param>
/// <param name="to">The last point.</param>
sealed partial class PrometheusRange(HttpClient http, DateTimeOffset from, DateTimeOffset to)
{
    /// <summary>As deploy/prometheus has it.</summary>
    const int ScrapeSeconds = 5;

    const int MostPoints = 300;

    /// <summary>Between two points.</summary>
    public int StepSeconds { get; } = Math.Max(ScrapeSeconds, (int)Math.Ceiling((to - from).TotalSeconds / MostPoints));

    /// <summary>What stands for Grafana's <c>$__rate_interval</c>, reckoned as Grafana does.</summary>
    string RateInterval => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(4 * ScrapeSeconds, StepSeconds + ScrapeSeconds)}s");

    /// <summary>The first point.</summary>
    public DateTimeOffset From => from;

    /// <summary>The last point.</summary>
    public DateTimeOffset To => to;

    /// <summary>The series of a query; those without a number are left out.</summary>
    public async Task<IReadOnlyList<PanelSeries>> AskAsync(PanelQuery query, CancellationToken cancellationToken)
    {
        var expression = Uri.EscapeDataString(query.Expression.Replace("$__rate_interval", RateInterval, StringComparison.Ordinal));
        var path = string.Create(CultureInfo.InvariantCulture,
            $"/api/v1/query_range?query={expression}&start={from.ToUnixTimeSeconds()}&end={to.ToUnixTimeSeconds()}&step={StepSeconds}");
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"Prometheus refuses '{query.Expression}': {document.RootElement.GetProperty("error").GetString()}");

        return document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(x => Read(x, query.Legend)).Where(x => x.Points.Count > 0).ToList();
    }

    static PanelSeries Read(JsonElement series, string legend)
    {
        var labels = series.GetProperty("metric");
        var name = Label().Replace(legend, x => labels.TryGetProperty(x.Groups[1].Value, out var value) ? value.GetString()! : "").Trim();
        var points = series.GetProperty("values").EnumerateArray()
            .Select(x => new PanelPoint(x[0].GetDouble(), double.Parse(x[1].GetString()!, CultureInfo.InvariantCulture)))
            .Where(x => double.IsFinite(x.Value)).ToList();
        return new PanelSeries(name, points);
    }

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex Label();
}

/// <summary>A line of a panel.</summary>
/// <param name="Name">As its legend calls it; empty where its labels have nothing to say.</param>
/// <param name="Points">Its points, by time.</param>
sealed record PanelSeries(string Name, IReadOnlyList<PanelPoint> Points);

/// <summary>A point.</summary>
/// <param name="At">Unix seconds.</param>
/// <param name="Value">A finite number.</param>
sealed record PanelPoint(double At, double Value);
