using Seckill.Hosting.Telemetry.Reading;

namespace Seckill.Hosting.Tests.Telemetry;

/// <summary>Reading what <see cref="Hosting.Telemetry.Prometheus.PrometheusExporter"/> writes.</summary>
public sealed class Scrape_Specs
{
    [Fact]
    public void Should_read_names_labels_and_values_and_pass_over_comments_and_times()
    {
        var scrape = Scrape.Parse(
            """
            # HELP orders_total Orders
            # TYPE orders_total counter
            orders_total{outcome="admitted",activity="1"} 12
            orders_total{outcome="sold_out",} 3.5e2 1700000000000

            plain 0.25
              limit +Inf
            none{} NaN
            least -Inf
            """, TimeSpan.FromSeconds(7));

        scrape.At.ShouldBe(TimeSpan.FromSeconds(7));
        scrape["orders_total"].Select(x => (x["outcome"], x["activity"], x.Value)).ShouldBe([("admitted", "1", 12), ("sold_out", "", 350)]);
        scrape["orders_total"][0].Series.ShouldBe("orders_total{outcome=\"admitted\",activity=\"1\"}");
        scrape.Sum("plain").ShouldBe(0.25);
        scrape.Max("limit").ShouldBe(double.PositiveInfinity);
        scrape.Max("least").ShouldBe(double.NegativeInfinity);
        scrape["none"].Single().Value.ShouldBe(double.NaN);
        scrape["other"].ShouldBeEmpty();
        (scrape.Sum("other"), scrape.Max("other")).ShouldBe((null, null));
        scrape.Sum("orders_total", x => x["outcome"] == "admitted").ShouldBe(12);
    }

    [Theory]
    [InlineData("""a b""")]
    [InlineData("""a""")]
    [InlineData("""{x="1"} 1""")]
    [InlineData("""a{x="1" 1""")]
    [InlineData("""a{x=1} 1""")]
    [InlineData("""a{x="1"y="2"} 1""")]
    [InlineData("""a{x="1",x="2"} 1""")]
    [InlineData("""a{x="\t"} 1""")]
    [InlineData("""a{x="1} 1""")]
    [InlineData("""a 1 2 3""")]
    [InlineData("""a 0x1""")]
    [InlineData("""<html>""")]
    public void Should_name_a_line_that_is_none(string line)
        => Should.Throw<FormatException>(() => Scrape.Parse("good 1\n" + line + "\n", TimeSpan.Zero)).Message.ShouldContain(line);

    [Fact]
    public async Task Should_read_back_whatever_was_written()
    {
        using var exposition = new Exposition();
        exposition.Meter.CreateCounter<double>("test.work", "s", "Work").Add(1.5e-7, new KeyValuePair<string, object?>("what", "a \"b\\c\"\nd, {e}=1 秒"));
        exposition.Meter.CreateHistogram<double>("test.duration", "s", "Time").Record(0.03);

        var scrape = Scrape.Parse(await exposition.ReadAsync(), TimeSpan.Zero);

        scrape["test_work_seconds_total"].Single().ShouldSatisfyAllConditions(x => x["what"].ShouldBe("a \"b\\c\"\nd, {e}=1 秒"), x => x.Value.ShouldBe(1.5e-7));
        scrape["test_duration_seconds_bucket"].Single(x => x["le"] == "+Inf").Value.ShouldBe(1);
        scrape.Sum("test_duration_seconds_sum").ShouldBe(0.03);
    }
}
