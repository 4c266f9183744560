using Seckill.System.Tests.Commands;
using Seckill.System.Tests.WholeSystem;
using Seckill.TestSupport;

namespace Seckill.System.Tests.Monitoring;

/// <summary>From a sale that goes wrong to the robots: programs, Prometheus, Alertmanager, and back through a worker and the API.</summary>
[Collection(SystemCollection.Name)]
public sealed class Alerts_Specs(TroubledSale sale) : IClassFixture<TroubledSale>
{
    /// <summary>Rules for the thresholds of the specification.</summary>
    internal static readonly string[] Thresholds =
        ["CommitLatency", "DeadLetterBacklog", "OrdersArchived", "FinalFailureRate", "SuspendedTransactions", "TransactionSuccessRate"];

    [Fact]
    public async Task Should_tell_both_robots_once_that_a_threshold_is_passed_and_once_that_it_is_not_any_more()
    {
        foreach (var rule in Thresholds)
        {
            sale.Robots.Know("Urgent", rule).ShouldBeTrue(rule);
            sale.Robots.Know("Resolved", rule).ShouldBeTrue(rule);
        }

        // Two processes were told everything. A message names the time since when: of a rule that fires again it is another.
        sale.Robots.DingTalk.ShouldBeUnique();
        sale.Robots.WeCom.ShouldBeUnique();
        (await sale.Prometheus.FiringAsync()).Intersect(Thresholds).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_show_something_in_every_panel_of_the_dashboards()
    {
        var queries = DashboardQuery.ReadAll();
        queries.Count.ShouldBeGreaterThan(50);
        var empty = queries;

        await Eventually.HoldsAsync(
            async () =>
            {
                var left = new List<DashboardQuery>();
                foreach (var query in empty)
                {
                    if ((await sale.Prometheus.QueryAsync(query.Expression)).All(double.IsNaN))
                        left.Add(query);
                }

                empty = left;
                return left.Count == 0;
            },
            () => "every query has data; these have none: " + string.Join(Environment.NewLine, empty));
    }

    [Fact]
    public async Task Should_draw_each_dashboard_as_a_picture_of_what_Prometheus_has()
    {
        var folder = Directory.CreateTempSubdirectory("seckill-pictures-").FullName;
        var dashboards = Path.Combine(Checkout.Root, "deploy", "grafana", "dashboards");

        var (exitCode, output, error) = await Tool.RunAloneAsync("dashboards", "--prometheus", sale.Prometheus.Address.ToString(), "--from", dashboards, "--out", folder);

        exitCode.ShouldBe(0, output + error);
        var pictures = Directory.GetFiles(folder).Order().ToList();
        pictures.Select(Path.GetFileName).ShouldBe(Directory.GetFiles(dashboards).Select(x => Path.GetFileNameWithoutExtension(x) + ".png").Order());
        foreach (var picture in pictures)
        {
            (await File.ReadAllBytesAsync(picture))[1..4].ShouldBe("PNG"u8.ToArray());
            new FileInfo(picture).Length.ShouldBeInRange(40_000, 400_000);
        }

        output.ShouldNotContain("no data", customMessage: "all that is shown happened in this sale");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Should_show_in_the_live_view_what_the_programs_and_Alertmanager_say_and_who_does_not_answer()
    {
        var (exitCode, output, error) = await Tool.RunAloneAsync(
            "top", "--program", $"api={sale.Api}", "--program", $"worker-1={sale.Worker}", "--program", "worker-2=http://127.0.0.1:1",
            "--alertmanager", sale.Alertmanager.ToString());

        exitCode.ShouldBe(0, error);
        output.ShouldMatch(@"(?m)^  api +ready +\d+\.\d\d +\d+ MB$");
        output.ShouldMatch(@"(?m)^  worker-1 +ready +\d+\.\d\d +\d+ MB$");
        output.ShouldMatch(@"(?m)^  worker-2 +no answer: Connection refused ");
        output.ShouldMatch(@"(?m)^  \d+ +1 +\d+ +\d+ +\d+ +1,000 [#+.]{24} ");
        output.ShouldMatch(@"(?m)^  admitted +\d+\.\d/s +\d+ ");
        output.ShouldMatch(@"(?m) committed +\d+\.\d/s +\d+ ");
        output.ShouldMatch($@"(?m)^  orders that failed +retrying 0, out of attempts 0, dead letters 0, in the archive {TroubledSale.Failing}$");
        output.ShouldNotContain("no Alertmanager");
    }

    [Fact]
    public async Task Should_show_a_worker_in_a_browser()
    {
        await using var chromium = await Chromium.StartAsync();
        await using var page = await chromium.NewPageAsync();
        await page.GoToAsync(new Uri(sale.Worker, "/status"));

        await page.UntilAsync("document.querySelectorAll('#decisions tbody tr').length === 2");
        var text = await page.TextAsync();
        text.ShouldContain("seckill-workers");
        text.ShouldContain($"in the archive\t{TroubledSale.Failing}");
        text.ShouldContain("% sold");
        page.Complaints.ShouldBeEmpty();
    }
}
