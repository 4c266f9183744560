using System.Text.RegularExpressions;

using Seckill.System.Tests.WholeSystem;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Monitoring;

/// <summary>Prometheus and Alertmanager over programs of a test: with the files of deploy/, in which a minute is two seconds.</summary>
public sealed class Monitored : IAsyncDisposable
{
    readonly AlertmanagerServer _alertmanager;

    Monitored(AlertmanagerServer alertmanager, PrometheusServer prometheus) => (_alertmanager, Prometheus) = (alertmanager, prometheus);

    public PrometheusServer Prometheus { get; }

    public Uri Alertmanager => new("http://" + _alertmanager.Address);

    public static async Task<Monitored> StartAsync(ProgramProcess api, ProgramProcess worker, string webhookToken)
    {
        var routes = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "deploy", "alertmanager", "alertmanager.yml"));
        routes = Replace(routes, "http://api:8080", $"http://{api.Address.Authority}");
        routes = Replace(routes, "http://workers:8080", $"http://{worker.Address.Authority}");
        routes = Replace(Replace(routes, "group_wait: 5s", "group_wait: 1s"), "group_interval: 30s", "group_interval: 1s");
        var alertmanager = await AlertmanagerServer.StartAsync(routes, webhookToken);
        try
        {
            var files = AlertRule.Files.ToDictionary(x => Path.Combine("rules", Path.GetFileName(x)), x => Shortened(File.ReadAllText(x)));
            files["targets/alertmanager.json"] = $$$"""[{"targets": ["{{{alertmanager.Address}}}"]}]""";
            files["targets/seckill.json"] = $$$"""
                [{"targets": ["{{{api.Address.Authority}}}"], "labels": {"job": "seckill-api", "instance": "api"}},
                 {"targets": ["{{{worker.Address.Authority}}}"], "labels": {"job": "seckill-workers", "instance": "worker-1"}}]
                """;
            var configuration = await File.ReadAllTextAsync(Path.Combine(AlertRule.Folder, "prometheus.yml"));
            configuration = Replace(Replace(configuration, "scrape_interval: 5s", "scrape_interval: 1s"), "evaluation_interval: 5s", "evaluation_interval: 1s");
            return new Monitored(alertmanager, await PrometheusServer.StartAsync(configuration, files));
        }
        catch
        {
            await alertmanager.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Prometheus.DisposeAsync();
        await _alertmanager.DisposeAsync();
    }

    /// <summary>Rules that wait two seconds, and look ten seconds back.</summary>
    static string Shortened(string rules)
    {
        var shortened = Regex.Replace(Regex.Replace(rules, @"\[\d+[smh]\]", "[10s]"), @"^( +for:) \d+[smh]$", "$1 2s", RegexOptions.Multiline);
        shortened.ShouldNotBe(rules);
        return shortened;
    }

    static string Replace(string text, string old, string with)
    {
        text.ShouldContain(old, Case.Sensitive);
        return text.Replace(old, with, StringComparison.Ordinal);
    }
}
