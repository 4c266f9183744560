using System.Text.Json;

using Seckill.TestSupport;

namespace Seckill.System.Tests.Monitoring;

/// <summary>A query of a panel of deploy/grafana/dashboards.</summary>
/// <param name="Dashboard">The dashboard's file.</param>
/// <param name="Panel">The panel's title.</param>
/// <param name="Expression">The query, with a window in the place of Grafana's variable.</param>
sealed record DashboardQuery(string Dashboard, string Panel, string Expression)
{
    public static IReadOnlyList<DashboardQuery> ReadAll()
        => Directory.GetFiles(Path.Combine(Checkout.Root, "deploy", "grafana", "dashboards"), "*.json").SelectMany(Read).ToList();

    static IEnumerable<DashboardQuery> Read(string file)
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(file));
        return dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(
                panel => panel.GetProperty("targets").EnumerateArray(),
                (panel, target) => new DashboardQuery(
                    Path.GetFileName(file), panel.GetProperty("title").GetString()!,
                    target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "5m", StringComparison.Ordinal)))
            .ToList();
    }
}
