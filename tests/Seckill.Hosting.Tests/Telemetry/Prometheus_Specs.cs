using Seckill.TestSupport;

namespace Seckill.Hosting.Tests.Telemetry;

/// <summary>A real Prometheus, which asks for OpenMetrics.</summary>
[Collection(HostCollection.Name)]
public sealed class Prometheus_Specs
{
    const string Token = "0123456789-correct";

    [Fact]
    public async Task Should_be_read_by_Prometheus_without_a_complaint()
    {
        await using var host = await MetricsHost.StartAsync(("Telemetry:MetricsToken", Token));
        host.Meter.CreateCounter<long>("failed_order_archived_total", "{order}", "A \\ and \"quotes\"").Add(3, new KeyValuePair<string, object?>("reason", "a \"b\"\n\\c"));
        var histogram = host.Meter.CreateHistogram<double>("seckill.test.duration", "s", "Duration");
        histogram.Record(0.3);
        histogram.Record(0.4);
        host.Meter.CreateGauge<double>("seckill.test.nothing", "1", "Nothing").Record(double.NaN);
        await using var prometheus = await PrometheusServer.StartAsync($$"""
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: seckill
                authorization: {credentials: {{Token}}}
                static_configs: [{targets: ["{{host.Client.BaseAddress!.Authority}}"]}]
            """);

        await Eventually.HoldsAsync(async () => (await prometheus.QueryAsync("up")) is [1], "the host is scraped");

        (await prometheus.LastErrorsAsync()).ShouldBe([""]);
        (await prometheus.QueryAsync("""failed_order_archived_total{reason="a \"b\"\n\\c"}""")).ShouldBe([3]);
        (await prometheus.QueryAsync("seckill_test_duration_seconds_sum")).ShouldBe([0.7]);
        (await prometheus.QueryAsync("histogram_quantile(1, seckill_test_duration_seconds_bucket)")).ShouldBe([0.5]);
        (await prometheus.QueryAsync("seckill_test_nothing_ratio")).ShouldBe([double.NaN]);
        (await prometheus.QueryAsync("""target_info{service_name="seckill-test"}""")).ShouldBe([1]);
        (await prometheus.QueryAsync("dotnet_process_memory_working_set_bytes > 1e6")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_give_Prometheus_the_trace_of_a_request_when_traces_are_kept()
    {
        await using var host = await MetricsHost.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("Telemetry:TraceRatio", "1"));
        await using var prometheus = await PrometheusServer.StartAsync($$"""
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: seckill
                static_configs: [{targets: ["{{host.Client.BaseAddress!.Authority}}"]}]
            """);
        var trace = Guid.NewGuid().ToString("N");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/jobs/7", UriKind.Relative));
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        (await host.Client.SendAsync(request)).EnsureSuccessStatusCode();

        await Eventually.HoldsAsync(
            async () => (await prometheus.ExemplarTracesAsync("""http_server_request_duration_seconds_bucket{http_route="/jobs/{id}"}""")).Contains(trace),
            "Prometheus knows the trace of the request");

        (await prometheus.LastErrorsAsync()).ShouldBe([""]);
    }

    [Fact]
    public async Task Should_not_be_read_with_another_token()
    {
        await using var host = await MetricsHost.StartAsync(("Telemetry:MetricsToken", Token));
        await using var prometheus = await PrometheusServer.StartAsync($$"""
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: seckill
                authorization: {credentials: another-token-of-some-length}
                static_configs: [{targets: ["{{host.Client.BaseAddress!.Authority}}"]}]
            """);

        await Eventually.HoldsAsync(async () => (await prometheus.QueryAsync("up")) is [0], "the host refuses");

        (await prometheus.LastErrorsAsync()).ShouldHaveSingleItem().ShouldContain("401");
    }
}
