using Seckill.Hosting.Telemetry.Prometheus;

namespace Seckill.Hosting.Tests.Telemetry;

public sealed class MetricsScrapes_Specs
{
    [Fact]
    public async Task Should_collect_once_for_all_who_ask_at_the_same_time()
    {
        using var exposition = new Exposition();
        var others = new List<Task<MetricsPage>>();
        Task<MetricsPage>? otherFormat = null;
        var waited = false;
        exposition.Meter.CreateObservableGauge("slow", () =>
        {
            // In the middle of the first collection.
            if (otherFormat is null)
            {
                others.AddRange(Enumerable.Range(0, 50).Select(_ => exposition.Scrapes.ScrapeAsync(MetricsFormat.Text)));
                otherFormat = exposition.Scrapes.ScrapeAsync(MetricsFormat.OpenMetrics);
                waited = others.TrueForAll(x => !x.IsCompleted);
            }

            return 1;
        });

        var first = exposition.Scrapes.ScrapeAsync(MetricsFormat.Text);

        var page = await first;
        (await Task.WhenAll(others)).ShouldAllBe(x => x == page);
        waited.ShouldBeTrue();
        (await otherFormat.ShouldNotBeNull()).ShouldNotBe(page);
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
