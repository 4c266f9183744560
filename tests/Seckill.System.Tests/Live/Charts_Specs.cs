using System.Net;
using System.Text;

using Seckill.Cli.Dashboards;

namespace Seckill.System.Tests.Live;

/// <summary>Pictures of dashboards, from answers of Prometheus.</summary>
public sealed class Charts_Specs
{
    [Theory]
    [InlineData(0.7, null, 1, 0, 0.2, 0.8)]
    [InlineData(0, 0.0, 1, 0, 0.25, 1)]
    [InlineData(1, 0.9, 1, 0.9, 0.025, 1)]
    [InlineData(83, 0.0, 1, 0, 25, 100)]
    [InlineData(310, 0.0, 60, 0, 120, 360)]
    [InlineData(209_715_200.0, 0.0, 1_048_576.0, 0, 52_428_800.0, 209_715_200.0)]
    public void Should_mark_the_axis_at_round_values_around_what_there_is(double most, double? minimum, double unitBase, double from, double step, double to)
    {
        var axis = ChartAxis.Of([minimum ?? 0, most], minimum, unitBase);

        (axis.From, axis.Ticks[1] - axis.Ticks[0], axis.To).ShouldSatisfyAllConditions(
            x => x.From.ShouldBe(from, 1e-9), x => x.Item2.ShouldBe(step, 1e-9), x => x.To.ShouldBe(to, 1e-9));
    }

    [Theory]
    [InlineData(0.0005, "s", "500 µs")]
    [InlineData(0.25, "s", "250 ms")]
    [InlineData(300, "s", "5 min")]
    [InlineData(0.9995, "percentunit", "100 %")]
    [InlineData(0.999, "percentunit", "99.9 %")]
    [InlineData(12_345, "ops", "12.3 k /s")]
    [InlineData(1_234, "short", "1,234")]
    [InlineData(3L << 30, "bytes", "3 GiB")]
    public void Should_write_values_with_their_unit(double value, string unit, string text) => PanelUnit.Text(value, unit).ShouldBe(text);

    [Fact]
    public async Task Should_draw_what_Prometheus_answers_and_say_where_it_has_nothing()
    {
        var panels = new[]
        {
            Panel("Lines <b>", "timeseries", "orders", "{{outcome}}", new ThresholdStep("green", null), new ThresholdStep("red", 4)),
            Panel("Number", "stat", "orders", "all", new ThresholdStep("green", null), new ThresholdStep("red", 4)),
            Panel("Nothing", "timeseries", "nothing", "x"),
        };
        using var http = new HttpClient(new Prometheus()) { BaseAddress = new Uri("http://prometheus") };
        var range = new PrometheusRange(http, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMinutes(5));

        var page = await DashboardPage.DrawAsync(new Dashboard("test", "Title", "About", TimeSpan.FromMinutes(5), panels), range, CancellationToken.None);

        page.Panels.ShouldBe(3);
        page.Empty.ShouldBe(["Nothing"]);
        page.Html.ShouldContain("<h2>Lines &lt;b&gt;<small>");
        page.Html.ShouldContain("</i>&lt;admitted&gt;</span>", customMessage: "labels are text");
        page.Html.Split("<polyline").Length.ShouldBe(1 + 3, "a gap in the points is a gap in the line");
        page.Html.ShouldContain("limit 4");
        page.Html.ShouldContain($"<strong style=\"color:{Svg.Named("red")}\">5</strong>");
        page.Html.ShouldContain(">00:01</text>");
    }

    static Panel Panel(string title, string type, string query, string legend, params ThresholdStep[] steps)
        => new(title, "", type, new GridPlace(0, 0, 12, 8), "short", 0, false, steps, true, [new PanelQuery(query, legend)]);

    /// <summary>Knows one series of orders, with a gap and a point that is no number.</summary>
    sealed class Prometheus : HttpMessageHandler
    {
        const string Orders = """
            {"metric": {"outcome": "<admitted>"}, "values": [[0, "1"], [5, "2"], [100, "3"], [105, "NaN"], [110, "5"]]}
            """;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var known = request.RequestUri!.Query.Contains("query=orders&", StringComparison.Ordinal);
            var answer = $$$"""{"status": "success", "data": {"resultType": "matrix", "result": [{{{(known ? Orders : "")}}}]}}""";
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") });
        }
    }
}
