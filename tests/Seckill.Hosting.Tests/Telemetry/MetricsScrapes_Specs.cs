using Seckill.Hosting.Telemetry.Prometheus;

namespace Seckill.Hosting.Tests.Telemetry;

public sealed class MetricsScrapes_Specs
{
    [Fact]
    public async Task Should_collect_once_for_all_who_ask_at_the_same_time()
    {
        using var exposition = new Exposition();
        using var mayEnd = new ManualResetEventSlim();
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        exposition.Meter.CreateObservableGauge("slow", () =>
        {
            began.TrySetResult();
            mayEnd.Wait();
            return 1;
        });

        var first = exposition.Scrapes.ScrapeAsync(MetricsFormat.Text);
        await began.Task;
        var others = Enumerable.Range(0, 50).Select(_ => exposition.Scrapes.ScrapeAsync(MetricsFormat.Text)).ToList();
        var otherFormat = exposition.Scrapes.ScrapeAsync(MetricsFormat.OpenMetrics);
        others.ShouldAllBe(x => !x.IsCompleted);
        mayEnd.Set();

        var page = await first;
        (await Task.WhenAll(others)).ShouldAllBe(x => x == page);
        (await otherFormat).ShouldNotBe(page);
        exposition.Scrapes.Collections.ShouldBe(2);
        page.Readers.ShouldBe(51);
    }

    [Fact]
    public async Task Should_use_the_memory_of_a_page_again_only_when_its_last_reader_is_done()
    {
        using var exposition = new Exposition();
        var page = await exposition.Scrapes.ScrapeAsync(MetricsFormat.Text);
        var text = page.Memory.ToArray();

        exposition.Meter.CreateCounter<int>("more", "", "More").Add(1);
        var second = await exposition.Scrapes.ScrapeAsync(MetricsFormat.Text);
        second.ShouldNotBe(page);
        page.Memory.ToArray().ShouldBe(text);

        exposition.Scrapes.Return(page);
        (await exposition.Scrapes.ScrapeAsync(MetricsFormat.Text)).ShouldBe(page);
    }

    [Fact]
    public async Task Should_say_that_a_page_is_not_complete_when_nothing_can_be_collected_any_more()
    {
        var exposition = new Exposition();
        exposition.Dispose();
        using var scrapes = new MetricsScrapes(new PrometheusExporter(Microsoft.Extensions.Logging.Abstractions.NullLogger<PrometheusExporter>.Instance));

        (await scrapes.ScrapeAsync(MetricsFormat.Text)).IsComplete.ShouldBeFalse();
    }
}
