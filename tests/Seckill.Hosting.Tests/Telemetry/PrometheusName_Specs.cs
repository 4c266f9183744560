using Seckill.Hosting.Telemetry.Prometheus;
using Seckill.TestSupport;

namespace Seckill.Hosting.Tests.Telemetry;

public sealed class PrometheusName_Specs
{
    [Theory]
    [InlineData("compensation_attempt_total", "", "compensation_attempt_total")]
    [InlineData("compensation_success_total", "{attempt}", "compensation_success_total")]
    [InlineData("failed_order_archived_total", "{order}", "failed_order_archived_total")]
    [InlineData("seckill.admission.outcomes", "{request}", "seckill_admission_outcomes_total")]
    [InlineData("dotnet.process.cpu.time", "s", "dotnet_process_cpu_time_seconds_total")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("sent.bytes_total", "By", "sent_bytes_total")]
    [InlineData("waited", "ms", "waited_seconds_total")]
    [InlineData("share", "1", "share_total")]
    [InlineData("messages", "ea", "messages_total")]
    [InlineData("crates", "crate", "crates_crate_total")]
    public void Should_name_counters(string instrument, string unit, string expected)
        => PrometheusName.Of(instrument, unit, FamilyType.Counter).Sample.ShouldBe(expected);

    [Theory]
    [InlineData("share", "1", "share_ratio")]
    [InlineData("load", "%", "load_ratio")]
    [InlineData("memory.used", "MiBy", "memory_used_bytes")]
    [InlineData("rate", "By/s", "rate_bytes_per_second")]
    [InlineData("rate", "{order}/min", "rate_per_minute")]
    [InlineData("rate", "By/", "rate_bytes")]
    [InlineData("age_seconds", "s", "age_seconds")]
    [InlineData("seconds", "s", "seconds")]
    [InlineData("odd--name..here", "", "odd_name_here")]
    [InlineData("3d", "", "_3d")]
    [InlineData("买", "", "_")]
    [InlineData("half{", "{open", "half_")]
    [InlineData("dotnet.process.cpu.count", "{cpu}", "dotnet_process_cpus")]
    [InlineData("things.count", "{thing}", "things_count_current")]
    [InlineData("things.total", "", "things_total_current")]
    public void Should_name_gauges(string instrument, string unit, string expected)
        => PrometheusName.Of(instrument, unit, FamilyType.Gauge).Sample.ShouldBe(expected);

    [Fact]
    public void Should_not_call_the_number_of_an_up_down_counter_a_ratio()
        => PrometheusName.Of("open", "1", FamilyType.Gauge, isUpDownCounter: true).Sample.ShouldBe("open");

    [Theory]
    [InlineData("ms", 250, 0.25)]
    [InlineData("us", 250, 0.00025)]
    [InlineData("ns", 3, 3e-9)]
    [InlineData("min", 2, 120)]
    [InlineData("KiBy", 2, 2048)]
    [InlineData("%", 12.5, 0.125)]
    [InlineData("s", 0.1, 0.1)]
    [InlineData("ms/{order}", 250, 0.25)]
    public void Should_convert_to_base_units(string unit, double value, double expected)
        => PrometheusUnit.Of(unit, isGauge: true).Convert(value).ShouldBe(expected);

    [Fact]
    public void Should_be_what_the_documentation_says()
    {
        var documented = DocumentedMetric.ReadAll();
        documented.Count.ShouldBeGreaterThan(10);
        documented.Select(x => x.Name).ShouldBeUnique();
        documented.Select(x => x.Instrument).ShouldBeUnique();

        foreach (var metric in documented)
        {
            var name = PrometheusName.Of(metric.Instrument, metric.Unit, Enum.Parse<FamilyType>(metric.Type, ignoreCase: true));
            name.Sample.ShouldBe(metric.Name);
            metric.Tags.ShouldNotContain(x => x.Contains("order_id", StringComparison.Ordinal) || x.Contains("buyer", StringComparison.Ordinal));
        }
    }
}
