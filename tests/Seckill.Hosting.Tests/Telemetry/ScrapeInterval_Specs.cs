using Seckill.Hosting.Telemetry.Reading;

namespace Seckill.Hosting.Tests.Telemetry;

/// <summary>What two scrapes say together.</summary>
public sealed class ScrapeInterval_Specs
{
    [Fact]
    public void Should_tell_the_increase_of_a_counter_and_its_rate()
    {
        var interval = Between("a{x=\"1\"} 10\na{x=\"2\"} 5", "a{x=\"1\"} 30\na{x=\"2\"} 6");

        interval.Increase("a").ShouldBe(21);
        interval.Rate("a").ShouldBe(10.5);
        interval.Rate("a", x => x["x"] == "1").ShouldBe(10);
        interval.Rate("b").ShouldBeNull();
    }

    [Fact]
    public void Should_count_from_zero_what_was_begun_anew_and_what_was_not_there()
        => Between("a{x=\"1\"} 100\na{x=\"2\"} 7", "a{x=\"1\"} 4\na{x=\"2\"} 8\na{x=\"3\"} 2").Increase("a").ShouldBe(4 + 1 + 2);

    [Fact]
    public void Should_not_take_two_scrapes_of_one_moment()
    {
        var scrape = Scrape.Parse("a 1", TimeSpan.FromSeconds(1));

        Should.Throw<ArgumentException>(() => new ScrapeInterval(scrape, scrape));
    }

    [Theory]
    [InlineData(0.5, 0.15)] // the tenth of 20: half of the way through the second bucket
    [InlineData(0.25, 0.1)]
    [InlineData(0.1, 0.04)]
    [InlineData(0.99, 0.2)] // beyond the last bound
    public void Should_estimate_quantiles_of_the_interval_as_Prometheus_does(double quantile, double expected)
    {
        var interval = Between(
            "t_bucket{le=\"0.1\"} 100\nt_bucket{le=\"0.2\"} 100\nt_bucket{le=\"+Inf\"} 100",
            "t_bucket{le=\"0.1\"} 105\nt_bucket{le=\"0.2\"} 115\nt_bucket{le=\"+Inf\"} 120");

        HistogramQuantile.Of(quantile, interval.Buckets("t"))!.Value.ShouldBe(expected, 1e-9);
    }

    [Fact]
    public void Should_have_no_quantile_of_nothing()
    {
        HistogramQuantile.Of(0.5, Between("t_bucket{le=\"+Inf\"} 9", "t_bucket{le=\"+Inf\"} 9").Buckets("t")).ShouldBeNull();
        HistogramQuantile.Of(0.5, Between("", "").Buckets("t")).ShouldBeNull();
        HistogramQuantile.Of(0.5).ShouldBeNull();
    }

    [Fact]
    public void Should_look_back_for_the_window_and_not_much_further()
    {
        var history = new ScrapeHistory();
        history.Interval.ShouldBeNull();
        for (var second = 0; second <= 60; second++)
            history.Add(Scrape.Parse("a 1", TimeSpan.FromSeconds(second)));

        history.Interval!.Seconds.ShouldBe(ScrapeHistory.Window.TotalSeconds);
        history.Last!.At.ShouldBe(TimeSpan.FromSeconds(60));
        history.Add(Scrape.Parse("a 1", TimeSpan.FromSeconds(90)));
        history.Interval.Seconds.ShouldBe(30);
        history.Add(Scrape.Parse("a 1", TimeSpan.FromSeconds(151)));
        history.Interval.ShouldBeNull("nobody looked for more than a minute");
        history.Clear();
        (history.Last, history.Interval).ShouldBe((null, null));
    }

    static ScrapeInterval Between(string before, string after) => new(Scrape.Parse(before, TimeSpan.FromSeconds(10)), Scrape.Parse(after, TimeSpan.FromSeconds(12)));
}
