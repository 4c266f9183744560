using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;

using Seckill.Hosting.Telemetry.Prometheus;
using Seckill.TestSupport;

namespace Seckill.Hosting.Tests.Telemetry;

/// <summary>What is written for each kind of instrument, and for names, tags and values that nobody thought of.</summary>
public sealed class PrometheusText_Specs : IDisposable
{
    static readonly string[] List = ["a", "b"];

    readonly Exposition _exposition = new();

    Meter Meter => _exposition.Meter;

    public void Dispose() => _exposition.Dispose();

    [Fact]
    public async Task Should_write_counters()
    {
        var counter = Meter.CreateCounter<long>("orders.placed", "{order}", "Orders placed");
        counter.Add(2, Tag("outcome", "sold_out"));
        counter.Add(3, Tag("outcome", "admitted"));
        counter.Add(4, Tag("outcome", "admitted"));
        Meter.CreateObservableCounter("cpu.time", () => 1.5, "s", "CPU");

        (await _exposition.ReadFamiliesAsync()).ShouldBe("""
            # HELP cpu_time_seconds_total CPU
            # TYPE cpu_time_seconds_total counter
            cpu_time_seconds_total 1.5
            # HELP orders_placed_total Orders placed
            # TYPE orders_placed_total counter
            orders_placed_total{outcome="admitted"} 7
            orders_placed_total{outcome="sold_out"} 2

            """);
    }

    [Fact]
    public async Task Should_write_gauges_and_up_down_counters_as_gauges()
    {
        Meter.CreateUpDownCounter<int>("open", "{connection}", "Open").Add(-3);
        Meter.CreateObservableUpDownCounter("size", () => 12L, "KiBy", "Size");
        Meter.CreateGauge<double>("load", "1", "Load").Record(0.25);
        Meter.CreateObservableGauge("lag", () => new Measurement<long>[] { new(1, Tag("topic", "a")), new(2, Tag("topic", "b")) }, "{record}", "Lag");

        (await _exposition.ReadFamiliesAsync()).ShouldBe("""
            # HELP lag Lag
            # TYPE lag gauge
            lag{topic="a"} 1
            lag{topic="b"} 2
            # HELP load_ratio Load
            # TYPE load_ratio gauge
            load_ratio 0.25
            # HELP open Open
            # TYPE open gauge
            open -3
            # HELP size_bytes Size (here in bytes)
            # TYPE size_bytes gauge
            size_bytes 12288

            """);
    }

    [Fact]
    public async Task Should_write_histograms()
    {
        var histogram = Meter.CreateHistogram<double>("wait", "ms", "Wait", advice: new() { HistogramBucketBoundaries = [1, 25, 1000] });
        foreach (var value in new[] { 0.5, 1, 30, 30, 5000 })
            histogram.Record(value, Tag("phase", "commit"));

        (await _exposition.ReadFamiliesAsync()).ShouldBe("""
            # HELP wait_seconds Wait (here in seconds)
            # TYPE wait_seconds histogram
            wait_seconds_bucket{phase="commit",le="0.001"} 2
            wait_seconds_bucket{phase="commit",le="0.025"} 2
            wait_seconds_bucket{phase="commit",le="1"} 4
            wait_seconds_bucket{phase="commit",le="+Inf"} 5
            wait_seconds_sum{phase="commit"} 5.0615
            wait_seconds_count{phase="commit"} 5

            """);
    }

    [Fact]
    public async Task Should_write_OpenMetrics()
    {
        Meter.CreateCounter<double>("busy", "s", "Said \"busy\"").Add(2);
        Meter.CreateHistogram<double>("size", "By", "Size", advice: new() { HistogramBucketBoundaries = [1, 2.5] }).Record(2);

        (await _exposition.ReadAsync(MetricsFormat.OpenMetrics)).ShouldBe("""
            # HELP target What is being scraped
            # TYPE target info
            target_info{service_instance_id="here:1",service_name="test",service_version="1.2"} 1
            # HELP busy_seconds Said \"busy\"
            # TYPE busy_seconds counter
            # UNIT busy_seconds seconds
            busy_seconds_total 2
            # HELP size_bytes Size
            # TYPE size_bytes histogram
            # UNIT size_bytes bytes
            size_bytes_bucket{le="1.0"} 0
            size_bytes_bucket{le="2.5"} 1
            size_bytes_bucket{le="+Inf"} 1
            size_bytes_sum 2
            size_bytes_count 1
            # EOF

            """);
    }

    [Fact]
    public async Task Should_name_in_OpenMetrics_the_trace_of_a_measurement_in_each_bucket()
    {
        var histogram = Meter.CreateHistogram<double>("wait", "ms", "Wait", advice: new() { HistogramBucketBoundaries = [1, 25, 1000] });
        var before = DateTimeOffset.UtcNow;
        histogram.Record(0.5);
        using var first = Span(ActivityTraceFlags.Recorded);
        histogram.Record(25);
        first.Stop();
        using var dropped = Span(ActivityTraceFlags.None);
        histogram.Record(30);
        dropped.Stop();
        using var second = Span(ActivityTraceFlags.Recorded);
        histogram.Record(5000);
        second.Stop();

        var text = await _exposition.ReadFamiliesAsync(MetricsFormat.OpenMetrics);

        var times = Regex.Matches(text, @"(?<=\} \S+ )\d{10}\.\d{1,3}$", RegexOptions.Multiline).Select(x => double.Parse(x.Value, CultureInfo.InvariantCulture)).ToList();
        times.ShouldAllBe(x => x >= Math.Floor(before.ToUnixTimeMilliseconds() / 1000.0) && x <= DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
        Regex.Replace(text, @"(?<=\} \S+) \d+(\.\d+)?$", " NOW", RegexOptions.Multiline).ShouldBe($$"""
            # HELP wait_seconds Wait (here in seconds)
            # TYPE wait_seconds histogram
            # UNIT wait_seconds seconds
            wait_seconds_bucket{le="0.001"} 1
            wait_seconds_bucket{le="0.025"} 2 # {trace_id="{{first.TraceId}}",span_id="{{first.SpanId}}"} 0.025 NOW
            wait_seconds_bucket{le="1.0"} 3
            wait_seconds_bucket{le="+Inf"} 4 # {trace_id="{{second.TraceId}}",span_id="{{second.SpanId}}"} 5 NOW
            wait_seconds_sum 5.0555
            wait_seconds_count 4
            # EOF

            """);
        (await _exposition.ReadFamiliesAsync()).ShouldNotContain("trace_id");

        static Activity Span(ActivityTraceFlags flags) => new Activity("test") { ActivityTraceFlags = flags }.Start();
    }

    [Fact]
    public async Task Should_say_what_the_target_is()
        => (await _exposition.ReadAsync()).ShouldBe("""
            # HELP target_info What is being scraped
            # TYPE target_info gauge
            target_info{service_instance_id="here:1",service_name="test",service_version="1.2"} 1

            """);

    [Fact]
    public async Task Should_escape_what_needs_it()
    {
        Meter.CreateGauge<int>("g", "", "Two\nlines, a \\ and \"quotes\"").Record(1, Tag("路.path", "C:\\x\n\"y\" 买"));

        (await _exposition.ReadFamiliesAsync()).ShouldBe(
            "# HELP g Two\\nlines, a \\\\ and \"quotes\"\n# TYPE g gauge\ng{_path=\"C:\\\\x\\n\\\"y\\\" 买\"} 1\n");
    }

    [Fact]
    public async Task Should_write_numbers_that_are_none()
    {
        var gauge = Meter.CreateGauge<double>("g", "", "G");
        gauge.Record(double.NaN, Tag("value", "1"));
        gauge.Record(double.PositiveInfinity, Tag("value", "2"));
        gauge.Record(double.NegativeInfinity, Tag("value", "3"));
        gauge.Record(1e-9, Tag("value", "4"));
        gauge.Record(double.MaxValue, Tag("value", "5"));
        Meter.CreateGauge<long>("h", "", "H").Record(long.MinValue);

        var text = await _exposition.ReadFamiliesAsync();

        text.ShouldContain("""
            g{value="1"} NaN
            g{value="2"} +Inf
            g{value="3"} -Inf
            g{value="4"} 1E-09
            g{value="5"} 1.7976931348623157E+308
            """);
        text.ShouldContain("\nh -9223372036854775808\n");
        (await Promtool.CheckMetricsAsync(text)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_write_tags_of_any_kind_as_labels()
    {
        Meter.CreateGauge<int>("g", "", "G").Record(
            1, Tag("z", true), Tag("number", 1.5), Tag("nothing", null), Tag("empty", ""), Tag("le", "x"), Tag("list", List), Tag("1st", 'c'));

        (await _exposition.ReadFamiliesAsync()).ShouldEndWith("g{_1st=\"c\",exported_le=\"x\",list=\"a,b\",number=\"1.5\",z=\"true\"} 1\n");
    }

    [Fact]
    public async Task Should_join_the_values_of_labels_that_become_one_and_never_write_a_series_twice()
    {
        var gauge = Meter.CreateGauge<int>("g", "", "G");
        gauge.Record(1, Tag("a.b", "x"), Tag("a_b", "y"));
        gauge.Record(2, Tag("c.d", "z"));
        gauge.Record(3, Tag("c_d", "z"));

        (await _exposition.ReadFamiliesAsync()).ShouldBe("# HELP g G\n# TYPE g gauge\ng{a_b=\"x;y\"} 1\ng{c_d=\"z\"} 2\n");
    }

    [Fact]
    public async Task Should_merge_what_several_meters_call_the_same()
    {
        var two = _exposition.NewMeter("two", "2.0");
        two.CreateCounter<long>("hits", "", "Hits").Add(2);
        Meter.CreateCounter<long>("hits", "", "Hits").Add(1);
        two.CreateCounter<long>("misses", "", "Misses").Add(3);

        (await _exposition.ReadFamiliesAsync()).ShouldBe("""
            # HELP hits_total Hits
            # TYPE hits_total counter
            hits_total{otel_scope_name="one"} 1
            hits_total{otel_scope_name="two",otel_scope_version="2.0"} 2
            # HELP misses_total Misses
            # TYPE misses_total counter
            misses_total 3

            """);
    }

    [Fact]
    public async Task Should_give_a_family_one_type()
    {
        Meter.CreateGauge<int>("things", "", "First by name of meter").Record(1);
        _exposition.NewMeter("two").CreateCounter<int>("things", "", "Second").Add(2);

        (await _exposition.ReadFamiliesAsync()).ShouldBe("# HELP things First by name of meter\n# TYPE things gauge\nthings 1\n");
    }

    [Fact]
    public async Task Should_say_something_of_what_has_no_description()
    {
        Meter.CreateGauge<int>("g").Record(1);

        (await _exposition.ReadFamiliesAsync()).ShouldStartWith("# HELP g Instrument g of meter one\n");
    }

    [Fact]
    public async Task Should_leave_out_what_can_not_be_observed_and_write_the_rest()
    {
        Meter.CreateObservableGauge("broken", Fail, "", "Broken");
        Meter.CreateObservableGauge("sound", () => 1, "", "Sound");

        (await _exposition.ReadFamiliesAsync()).ShouldBe("# HELP sound Sound\n# TYPE sound gauge\nsound 1\n");
        (await _exposition.ReadFamiliesAsync()).ShouldContain("sound 1");
    }

    [Fact]
    public async Task Should_have_an_order_that_does_not_depend_on_what_came_first()
    {
        using var other = new Exposition();
        string[] tags = ["b", "a", "c", "ab"];
        Measure(_exposition.Meter, ["y", "x", "z"], tags);
        Measure(other.Meter, ["z", "y", "x"], tags.Reverse());

        (await _exposition.ReadAsync()).ShouldBe(await other.ReadAsync());
    }

    static int Fail() => throw new InvalidOperationException("no");

    static void Measure(Meter meter, IEnumerable<string> names, IEnumerable<string> tags)
    {
        foreach (var name in names)
        {
            var counter = meter.CreateCounter<int>(name, "", name);
            foreach (var tag in tags)
                counter.Add(1, Tag("tag", tag), Tag("also", tag));
        }
    }

    static KeyValuePair<string, object?> Tag(string key, object? value) => new(key, value);
}
