using System.Net;

using Seckill.Hosting.Telemetry;
using Seckill.TestSupport;

namespace Seckill.Api.Tests.Hosting;

[Collection(ApiCollection.Name)]
public sealed class Metrics_Specs(ApiServers servers)
{
    [Fact]
    public async Task Should_show_its_metrics_without_a_token_and_count_what_it_answers()
    {
        var activity = await servers.Api.AddActivityAsync();
        (await servers.Api.OrderAsync(activity, "metrics-buyer")).ShouldBe(HttpStatusCode.Accepted);

        var page = await servers.Api.GetAsync("/metrics");

        page.ShouldBe(HttpStatusCode.OK);
        page.Text.ShouldContain("seckill_admission_outcomes_total{outcome=\"admitted\"}");
        page.Text.ShouldContain("\nseckill_orders_waiters ");
        page.Text.ShouldContain("\nseckill_orders_queued ");
        (await Promtool.CheckMetricsAsync(page.Text)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_not_take_a_buyers_token_for_that_of_the_metrics()
    {
        await using var api = await ApiHost.StartAsync(servers, [("Telemetry:MetricsToken", "0123456789abcdef")]);

        (await api.GetAsync("/metrics", "alice")).ShouldBe(HttpStatusCode.Unauthorized);
        (await api.SendAsync(HttpMethod.Get, "/metrics", headers: [("Authorization", "Bearer 0123456789abcdef")])).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public void Should_be_documented()
    {
        PublishedInstruments.Of(TelemetryNames.Api).Count.ShouldBeGreaterThanOrEqualTo(5);
        PublishedInstruments.Undocumented(TelemetryNames.Api).ShouldBeEmpty("docs/metrics.md has every instrument");
    }
}
