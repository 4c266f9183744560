using Microsoft.AspNetCore.Builder;

using Seckill.Hosting.Telemetry;

namespace Seckill.Hosting.Tests.Telemetry;

public sealed class TraceRatio_Specs
{
    static readonly (string, string) Collector = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");

    [Fact]
    public void Should_trace_one_order_of_a_hundred_when_nothing_but_the_collector_is_set()
        => RatioWith(Collector).ShouldBe(0.01);

    [Fact]
    public void Should_be_what_is_set()
        => RatioWith(Collector, ("Telemetry:TraceRatio", "0.5")).ShouldBe(0.5);

    [Fact]
    public void Should_trace_nothing_when_there_is_nowhere_to_keep_it()
        => RatioWith(("Telemetry:TraceRatio", "0.5")).ShouldBe(0);

    static double RatioWith(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        foreach (var (key, value) in settings)
            builder.Configuration[key] = value;
        return builder.TraceRatio();
    }
}
