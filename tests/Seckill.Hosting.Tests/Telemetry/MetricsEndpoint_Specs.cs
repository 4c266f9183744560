using System.Diagnostics.Metrics;
using System.Net;
using System.Text.RegularExpressions;

using Microsoft.Extensions.Options;

using Seckill.TestSupport;

namespace Seckill.Hosting.Tests.Telemetry;

/// <summary>Over HTTP.</summary>
[Collection(HostCollection.Name)]
public sealed class MetricsEndpoint_Specs
{
    const string AcceptOfPrometheus =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    const string Token = "0123456789-correct";

    [Fact]
    public async Task Should_answer_with_what_was_measured_in_a_way_that_promtool_has_nothing_to_say_about()
    {
        await using var host = await MetricsHost.StartAsync();
        host.Meter.CreateCounter<long>("compensation_attempt_total", "{attempt}", "Attempts").Add(4);
        host.Meter.CreateHistogram<double>("seckill.test.duration", "s", "Duration").Record(0.02);
        (await host.Client.GetStringAsync(new Uri("/jobs/7", UriKind.Relative))).ShouldBe("7");
        GC.Collect();

        var text = await ScrapeWithJobsAsync(host);

        text.ShouldContain("\ncompensation_attempt_total 4\n");
        text.ShouldContain("\nseckill_test_duration_seconds_bucket{le=\"0.025\"} 1\n");
        text.ShouldContain("http_server_request_duration_seconds_bucket{");
        text.ShouldContain("\nkestrel_active_connections{");
        foreach (var process in new[]
        {
            "dotnet_process_cpu_time_seconds_total", "dotnet_process_memory_working_set_bytes", "dotnet_gc_collections_total", "dotnet_gc_pause_time_seconds_total",
            "dotnet_thread_pool_threads", "dotnet_thread_pool_queue_length", "dotnet_process_cpus", "dotnet_timers", "dotnet_assemblies",
        })
            text.ShouldContain($"\n# TYPE {process} {(process.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge")}\n");
        text.ShouldContain("service_name=\"seckill-test\"");
        (await Promtool.CheckMetricsAsync(text)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_show_MassTransits_counters_that_go_down_as_gauges_and_its_milliseconds_as_seconds()
    {
        await using var host = await MetricsHost.StartAsync(("Telemetry:MassTransitMeter", "true"));
        using var meter = new Meter("MassTransit");
        var active = meter.CreateCounter<long>("messaging.masstransit.receive.active", "ea", "Number of messages being received");
        active.Add(3);
        active.Add(-2);
        meter.CreateHistogram<double>("messaging.masstransit.receive.duration", "ms", "Elapsed time spent receiving a message, in millis").Record(20);

        var text = (await host.ScrapeAsync()).Text;

        text.ShouldContain("# TYPE messaging_masstransit_receive_active gauge\nmessaging_masstransit_receive_active 1\n");
        text.ShouldContain("\nmessaging_masstransit_receive_duration_seconds_bucket{le=\"0.01\"} 0\n");
        text.ShouldContain("\nmessaging_masstransit_receive_duration_seconds_bucket{le=\"0.025\"} 1\n");
        text.ShouldContain("\nmessaging_masstransit_receive_duration_seconds_sum 0.02\n");
        (await Promtool.CheckMetricsAsync(text)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_not_have_MassTransit_measure_unless_it_is_asked_for()
    {
        await using var host = await MetricsHost.StartAsync();
        using var meter = new Meter("MassTransit");

        meter.CreateCounter<long>("messaging.masstransit.receive", "ea", "Number of messages received").Enabled.ShouldBeFalse("it asks so before each message");
        host.Meter.CreateCounter<long>("seckill.test.work").Enabled.ShouldBeTrue();
    }

    [Fact]
    public async Task Should_answer_beside_a_collector_that_is_away()
    {
        await using var host = await MetricsHost.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));
        host.Meter.CreateCounter<int>("seckill.test.work", "", "Work").Add(1);

        (await host.ScrapeAsync()).Text.ShouldContain("\nseckill_test_work_total 1\n");
        (await host.ScrapeAsync()).Text.ShouldContain("\nseckill_test_work_total 1\n");
    }

    [Fact]
    public async Task Should_not_count_its_own_scrapes_as_requests()
    {
        await using var host = await MetricsHost.StartAsync();

        await host.ScrapeAsync();
        // Comes over the same connection, which takes it when it is done with the scrape: who counts this one has counted that one.
        await host.Client.GetStringAsync(new Uri("/jobs/1", UriKind.Relative));

        (await ScrapeWithJobsAsync(host)).ShouldNotContain("http_route=\"/metrics\"");
    }

    [Theory]
    [InlineData(null, "text/plain")]
    [InlineData("*/*", "text/plain")]
    [InlineData("text/html", "text/plain")]
    [InlineData("this is no media type", "text/plain")]
    [InlineData("application/openmetrics-text", "application/openmetrics-text")]
    [InlineData(AcceptOfPrometheus, "application/openmetrics-text")]
    [InlineData("application/openmetrics-text; version=\"1.0.0\"", "application/openmetrics-text")]
    [InlineData("application/openmetrics-text;version=0.0.1", "text/plain")]
    [InlineData("application/openmetrics-text;q=0, */*", "text/plain")]
    [InlineData("application/openmetrics-text;q=0.5, text/plain;version=0.0.4", "text/plain")]
    public async Task Should_choose_the_format_that_was_asked_for(string? accept, string mediaType)
    {
        await using var host = await MetricsHost.StartAsync();

        var (response, text) = await host.ScrapeAsync(accept);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe(
            mediaType == "text/plain" ? "text/plain; version=0.0.4; charset=utf-8" : "application/openmetrics-text; version=1.0.0; charset=utf-8");
        text.EndsWith("# EOF\n", StringComparison.Ordinal).ShouldBe(mediaType != "text/plain");
    }

    [Fact]
    public async Task Should_give_everybody_a_whole_page_when_many_scrape_at_once()
    {
        await using var host = await MetricsHost.StartAsync();
        var counter = host.Meter.CreateCounter<long>("seckill.test.busy", "", "Busy");
        for (var i = 0; i < 500; i++)
            counter.Add(1, new KeyValuePair<string, object?>("tag", i));

        using var stop = new CancellationTokenSource();
        var measuring = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                counter.Add(1, new KeyValuePair<string, object?>("tag", i % 500));
        });
        var pages = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => host.ScrapeAsync(i % 2 == 0 ? null : "application/openmetrics-text")));
        await stop.CancelAsync();
        await measuring;

        foreach (var (response, text) in pages)
        {
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Content.Headers.ContentLength.ShouldNotBeNull();
            text.ShouldEndWith("\n");
            Regex.Count(text, @"^seckill_test_busy_total\{tag=""\d+""\} \d+$", RegexOptions.Multiline).ShouldBe(500);
            text.Split('\n')[..^1].ShouldAllBe(x => Regex.IsMatch(x, @"^(# (HELP|TYPE|UNIT|EOF)|[a-z_]+(\{.*\})? \S+$)"));
        }

        var last = (await host.ScrapeAsync()).Text;
        (await Promtool.CheckMetricsAsync(last)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer " + Token, HttpStatusCode.OK)]
    [InlineData("bearer " + Token, HttpStatusCode.OK)]
    [InlineData("Bearer 0123456789-correcT", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer 0123456789", HttpStatusCode.Unauthorized)]
    [InlineData("Basic " + Token, HttpStatusCode.Unauthorized)]
    public async Task Should_want_the_token_when_there_is_one(string? authorization, HttpStatusCode expected)
    {
        await using var host = await MetricsHost.StartAsync(("Telemetry:MetricsToken", Token));

        var (response, text) = await host.ScrapeAsync(authorization: authorization);

        response.StatusCode.ShouldBe(expected);
        text.Contains("target_info", StringComparison.Ordinal).ShouldBe(expected == HttpStatusCode.OK);
        response.Headers.WwwAuthenticate.ToString().ShouldBe(expected == HttpStatusCode.OK ? "" : "Bearer");
    }

    [Theory]
    [InlineData("short")]
    [InlineData("with blanks in it, and long")]
    [InlineData("keine-ümlaute-bitte-hier")]
    public void Should_refuse_a_token_that_can_not_be_one_without_showing_it(string token)
    {
        var exception = Should.Throw<OptionsValidationException>(() => MetricsHost.Build(("Telemetry:MetricsToken", token)));

        var line = exception.Failures.ShouldHaveSingleItem();
        line.ShouldBe("Telemetry:MetricsToken: must be empty, or 16 to 256 visible ASCII characters without blanks");
    }

    /// <summary>The first page that counts a request to <c>/jobs/{id}</c>: a request is counted after it was answered.</summary>
    static async Task<string> ScrapeWithJobsAsync(MetricsHost host)
    {
        var text = "";
        await Eventually.HoldsAsync(
            async () => (text = (await host.ScrapeAsync()).Text).Contains("http_route=\"/jobs/{id}\"", StringComparison.Ordinal), "the request is counted");
        return text;
    }
}
