using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

using OpenTelemetry.Metrics;

using Seckill.Hosting.Telemetry;

namespace Seckill.Hosting.Tests.Telemetry;

public sealed class MetricViews_Specs
{
    [Fact]
    public async Task Should_limit_the_series_of_an_instrument_and_lose_no_measurement()
    {
        using var exposition = new Exposition();
        var counter = exposition.Meter.CreateCounter<long>("wild", "", "Wild");
        for (var i = 0; i < 3 * MetricViews.CardinalityLimit; i++)
            counter.Add(1, new KeyValuePair<string, object?>("order", i));

        var series = Regex.Matches(await exposition.ReadAsync(), @"^wild_total\{(.*)\} (\d+)$", RegexOptions.Multiline);

        series.Count.ShouldBe(MetricViews.CardinalityLimit + 1);
        series.Sum(x => int.Parse(x.Groups[2].ValueSpan, provider: null)).ShouldBe(3 * MetricViews.CardinalityLimit);
        series.ShouldContain(x => x.Groups[1].Value == "otel_metric_overflow=\"true\"");
    }

    [Fact]
    public async Task Should_forget_the_series_that_a_gauge_does_not_report_any_more_and_begin_anew_with_a_new_meter()
    {
        using var exposition = new Exposition();
        var first = 0;
        Meter? meter = null;
        for (; first < 3 * MetricViews.CardinalityLimit; first += 100)
        {
            // A place of a series is never used again: the gauge of the stock counts on a new meter having all of them.
            if (first % (MetricViews.CardinalityLimit / 2) == 0)
            {
                meter?.Dispose();
                meter = exposition.NewMeter("stock");
                meter.CreateObservableGauge(
                    "stock", () => Enumerable.Range(first, 100).Select(x => new Measurement<long>(x, new KeyValuePair<string, object?>("sku", x))));
            }

            var page = await exposition.ReadFamiliesAsync();
            page.ShouldContain($"\nstock{{sku=\"{first}\"}} {first}\n");
            Regex.Count(page, "^stock{", RegexOptions.Multiline).ShouldBe(100);
        }
    }

    [Fact]
    public void Should_cover_durations_from_a_millisecond_to_ten_seconds_and_the_limit_of_the_alert()
    {
        MetricViews.Seconds[0].ShouldBe(0.001);
        MetricViews.Seconds[^1].ShouldBe(10);
        MetricViews.Seconds.ShouldContain(0.5);
        MetricViews.Seconds.ShouldBe(MetricViews.Seconds.Order());
        MetricViews.Numbers.ShouldBe(MetricViews.Numbers.Order());
    }

    [Theory]
    [InlineData("Seckill.Test", "s", 15)]
    [InlineData("Seckill.Test", "{row}", 13)]
    [InlineData("Microsoft.AspNetCore.Hosting", "s", 15)]
    [InlineData("MassTransit", "ms", 15)]
    [InlineData("Other", "s", null)]
    public void Should_choose_buckets_by_what_is_measured(string meterName, string unit, int? buckets)
    {
        using var meter = new Meter(meterName);

        Instrument[] histograms = [meter.CreateHistogram<double>("d", unit), meter.CreateHistogram<long>("l", unit), meter.CreateHistogram<int>("i", unit)];

        foreach (var histogram in histograms)
            BucketsOf(histogram).ShouldBe(buckets);
        MetricViews.Of(meter.CreateCounter<long>("c", unit)).ShouldNotBeOfType<ExplicitBucketHistogramConfiguration>();
    }

    [Fact]
    public void Should_leave_the_buckets_to_an_instrument_that_brings_its_own()
    {
        using var meter = new Meter("Seckill.Test");
        var instrument = meter.CreateHistogram("d", "s", "", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] });

        MetricViews.Of(instrument).ShouldNotBeOfType<ExplicitBucketHistogramConfiguration>();
        MetricViews.Of(instrument).CardinalityLimit.ShouldBe(MetricViews.CardinalityLimit);
    }

    static int? BucketsOf(Instrument instrument) => (MetricViews.Of(instrument) as ExplicitBucketHistogramConfiguration)?.Boundaries?.Length;
}
