using System.Diagnostics;

using Seckill.Contracts;

namespace Seckill.Api.Tests.Orders;

/// <summary>Not beside hosts of the API: what is sampled is set once for a process.</summary>
[Collection(ApiCollection.Name)]
public sealed class OrderTrace_Specs : IDisposable
{
    static readonly Guid Order = Guid.Parse("019a9f5e-6c00-7a3b-8f4e-2d1c0b9a8877");

    readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == OrderTrace.SourceName,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public OrderTrace_Specs() => ActivitySource.AddActivityListener(_listener);

    public void Dispose()
    {
        OrderTrace.Sample(0);
        _listener.Dispose();
    }

    [Fact]
    public void Should_be_named_by_the_order_id()
    {
        OrderTrace.NameOf(Order).ShouldBe("019a9f5e6c007a3b8f4e2d1c0b9a8877");
        OrderTrace.IdOf(Order).ToHexString().ShouldBe("019a9f5e6c007a3b8f4e2d1c0b9a8877");
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.1, 800, 1200)]
    [InlineData(0.5, 4700, 5300)]
    [InlineData(1, 10_000, 10_000)]
    public void Should_sample_its_share_of_orders(double ratio, int least, int most)
    {
        OrderTrace.Sample(ratio);

        var ids = Enumerable.Range(0, 10_000).Select(_ => OrderIds.New(DateTimeOffset.UtcNow)).ToList();
        ids.Count(OrderTrace.IsSampled).ShouldBeInRange(least, most);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Should_refuse_what_is_no_share(double ratio) => Should.Throw<ArgumentOutOfRangeException>(() => OrderTrace.Sample(ratio));

    [Fact]
    public void Should_begin_nothing_for_an_order_that_is_not_sampled_and_allocate_nothing()
    {
        OrderTrace.Sample(1e-12);
        OrderTrace.Start("warm-up", Order).ShouldBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
            OrderTrace.Start("step", Order)?.Dispose();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        OrderTrace.CurrentTraceParent.ShouldBeNull();
    }

    [Fact]
    public void Should_begin_spans_inside_of_what_runs_and_beside_it_where_nothing_does()
    {
        OrderTrace.Sample(1);
        using (var first = OrderTrace.Start("first", Order))
        {
            first!.TraceId.ShouldBe(OrderTrace.IdOf(Order));
            first.ParentSpanId.ShouldBe(default);
            first.GetTagItem(OrderTrace.OrderIdTag).ShouldBe(Order.ToString("D"));
            using var inner = OrderTrace.Start("inner", Order);
            inner!.ParentSpanId.ShouldBe(first.SpanId);
        }

        using var second = OrderTrace.Start("second", Order);
        second!.TraceId.ShouldBe(OrderTrace.IdOf(Order));
        second.ParentSpanId.ShouldBe(default);
    }

    [Fact]
    public void Should_go_on_where_a_message_comes_from()
    {
        OrderTrace.Sample(0);

        using var span = OrderTrace.Start("consume", Order, traceParent: "00-019a9f5e6c007a3b8f4e2d1c0b9a8877-b7ad6b7169203331-01");

        span!.ParentSpanId.ToHexString().ShouldBe("b7ad6b7169203331");
    }

    [Theory]
    [InlineData("00-019a9f5e6c007a3b8f4e2d1c0b9a8877-b7ad6b7169203331-00")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-zz9a9f5e6c007a3b8f4e2d1c0b9a8877-b7ad6b7169203331-01")]
    [InlineData("00-019a9f5e6c007a3b8f4e2d1c0b9a8877-b7ad6b7169203331")]
    [InlineData("")]
    [InlineData("\u0000\r\n")]
    public void Should_ignore_a_context_that_is_malformed_or_not_sampled_or_of_another_trace(string traceParent)
    {
        OrderTrace.Sample(0);
        OrderTrace.Start("consume", Order, traceParent: traceParent).ShouldBeNull();

        using var failed = OrderTrace.StartAlways("consume", Order, traceParent: traceParent);
        failed!.TraceId.ShouldBe(OrderTrace.IdOf(Order));
        failed.ParentSpanId.ShouldBe(default);
    }

    [Fact]
    public void Should_keep_its_trace_when_it_is_begun_within_another_and_name_that()
    {
        OrderTrace.Sample(1);
        var other = OrderIds.New(DateTimeOffset.UtcNow);
        using var caller = OrderTrace.Start("caller", other);

        using var span = OrderTrace.Start("callee", Order);

        span!.TraceId.ShouldBe(OrderTrace.IdOf(Order));
        span.ParentSpanId.ShouldBe(default);
        span.Links.Select(x => x.Context.SpanId).ShouldBe([caller!.SpanId]);
    }

    [Fact]
    public void Should_have_a_trace_of_its_own_for_what_belongs_to_many_orders()
    {
        OrderTrace.Sample(1);
        using var one = OrderTrace.Start("one", Order);
        using var other = OrderTrace.Start("other", OrderIds.New(DateTimeOffset.UtcNow));

        using var batch = OrderTrace.StartShared("batch", ActivityKind.Client, [one!, other!]);

        batch!.ParentSpanId.ShouldBe(default);
        new[] { one!.TraceId, other!.TraceId }.ShouldNotContain(batch.TraceId);
        batch.Links.Select(x => x.Context.SpanId).ShouldBe([one.SpanId, other.SpanId]);
        one.Links.Select(x => x.Context.SpanId).ShouldContain(batch.SpanId);
        other.Links.Select(x => x.Context.SpanId).ShouldContain(batch.SpanId);
    }
}
