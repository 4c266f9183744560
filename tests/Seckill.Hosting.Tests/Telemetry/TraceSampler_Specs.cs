using System.Diagnostics;

using OpenTelemetry.Trace;

using Seckill.Hosting.Telemetry;

namespace Seckill.Hosting.Tests.Telemetry;

public sealed class TraceSampler_Specs
{
    static readonly ActivityTraceId High = ActivityTraceId.CreateFromString("0af7651916cd43dd84ffffffffffffff");
    static readonly ActivityTraceId Low = ActivityTraceId.CreateFromString("ffffffffffffffffff00000000000000");

    [Fact]
    public void Should_keep_a_share_of_requests_by_the_random_part_of_their_trace_id()
    {
        var sampler = new TraceSampler(0.01);

        Decide(sampler, High, ActivityKind.Server).ShouldBe(SamplingDecision.RecordAndSample);
        Decide(sampler, Low, ActivityKind.Server).ShouldBe(SamplingDecision.Drop);
    }

    [Fact]
    public void Should_not_let_a_caller_decide()
    {
        var caller = new ActivityContext(Low, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);

        Decide(new TraceSampler(0.01), Low, ActivityKind.Server, caller).ShouldBe(SamplingDecision.Drop);
    }

    [Fact]
    public void Should_keep_all_requests_or_none_at_the_ends()
    {
        Decide(new TraceSampler(1), Low, ActivityKind.Server).ShouldBe(SamplingDecision.RecordAndSample);
        Decide(new TraceSampler(0), High, ActivityKind.Server).ShouldBe(SamplingDecision.Drop);
    }

    [Theory]
    [InlineData(ActivityKind.Internal)]
    [InlineData(ActivityKind.Client)]
    [InlineData(ActivityKind.Producer)]
    [InlineData(ActivityKind.Consumer)]
    public void Should_keep_what_our_code_begins(ActivityKind kind)
    {
        var remote = new ActivityContext(Low, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);

        Decide(new TraceSampler(0), Low, kind).ShouldBe(SamplingDecision.RecordAndSample);
        Decide(new TraceSampler(0), Low, kind, remote).ShouldBe(SamplingDecision.RecordAndSample);
    }

    [Fact]
    public void Should_keep_the_first_span_of_an_order()
    {
        var order = new ActivityContext(Low, default, ActivityTraceFlags.Recorded);

        Decide(new TraceSampler(0), Low, ActivityKind.Server, order).ShouldBe(SamplingDecision.RecordAndSample);
    }

    static SamplingDecision Decide(TraceSampler sampler, ActivityTraceId traceId, ActivityKind kind, ActivityContext parent = default)
        => sampler.ShouldSample(new SamplingParameters(parent, traceId, "span", kind)).Decision;
}
