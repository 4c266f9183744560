using System.Net;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Hosting.Identity;
using Seckill.TestSupport;

namespace Seckill.System.Tests.WholeSystem;

/// <summary>What a collector gets of orders, from programs that run as processes of their own.</summary>
[Collection(SystemCollection.Name)]
public sealed class Traces_Specs
{
    const string Caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    /// <summary>On a busy machine it would publish what is under way a second time, and traces would show it.</summary>
    static readonly (string, string) NoRelay = ("Admission__RelayDelaySeconds", "300");

    [Fact]
    public async Task Should_show_one_order_from_the_request_to_its_result()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var system = await RunningSystem.StartAsync([.. collector.Settings, NoRelay, ("Telemetry__TraceRatio", "1")]);
        await system.StartWorkerAsync();
        var activityId = await system.AddActivityAsync(stock: 20);
        await system.StockIsLiveAsync(activityId);

        var order = await PlaceAsync(system, activityId, "alice", Caller);
        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 1);
        await Eventually.HoldsAsync(
            () => Task.FromResult(
                Has(collector, order, "order_results process", "transaction SeckillRequested", "order_events process", "place order")
                    && collector.Spans.Count(x => x.Name.StartsWith("group commit", StringComparison.Ordinal)) == 2
                    && collector.Spans.Any(x => x.TraceId == Caller[3..35])),
            () => $"the trace is whole, and not {Names(collector, order)}");

        var trace = collector.Trace(order);
        ReceivedSpan The(string name) => trace.Single(x => x.Name == name);
        trace.Select(x => (x.Service, x.Name, Parent: trace.SingleOrDefault(p => p.SpanId == x.ParentId)?.Name)).ShouldBe(
        [
            ("seckill-api", "place order", null),
            ("seckill-api", "redis admit", "place order"),
            ("seckill-api", "order_events send", "place order"),
            ("seckill-workers", "order_events process", "order_events send"),
            ("seckill-workers", "transaction SeckillRequested", "order_events process"),
            ("seckill-workers", "redis prepare", "transaction SeckillRequested"),
            ("seckill-workers", "mysql save", "transaction SeckillRequested"),
            ("seckill-workers", "redis commit", "transaction SeckillRequested"),
            ("seckill-workers", "mysql save", "transaction SeckillRequested"),
            ("seckill-workers", "publish status", "transaction SeckillRequested"),
            ("seckill-workers", "order_results send", "publish status"),
            ("seckill-api", "order_results process", "order_results send"),
        ], ignoreOrder: true);
        trace.ShouldAllBe(x => !x.IsError && x.EndedAt >= x.StartedAt);
        The("place order").Tags[OrderTrace.OrderIdTag].ShouldBe(order.ToString("D"));
        The("place order").ParentId.ShouldBeEmpty();
        trace.Where(x => x.Name == "mysql save").Select(x => x.Tags["seckill.state"]).ShouldBe(["Prepared", "Committed"]);

        // A batch belongs to many orders: it has a trace of its own.
        foreach (var save in trace.Where(x => x.Name == "mysql save"))
        {
            var batch = collector.Spans.Single(x => x.Links.Contains((save.TraceId, save.SpanId)));
            batch.Name.ShouldBe(save.Tags["seckill.state"] == "Prepared" ? "group commit prepare" : "group commit commit");
            batch.ParentId.ShouldBeEmpty();
            save.Links.ShouldContain((batch.TraceId, batch.SpanId));
        }

        // The caller's trace has the request, which and the order name each other.
        var request = collector.Spans.Single(x => x.TraceId == Caller[3..35]);
        request.ParentId.ShouldBe(Caller[36..52]);
        request.Name.ShouldBe("POST /api/activities/{activityId:long}/orders");
        request.Tags["http.route"].ShouldBe("/api/activities/{activityId:long}/orders");
        request.Tags["http.response.status_code"].ShouldBe("202");
        request.Tags["http.request.method"].ShouldBe("POST");
        request.Links.ShouldBe([(The("place order").TraceId, The("place order").SpanId)]);
        The("place order").Links.ShouldBe([(request.TraceId, request.SpanId), (Caller[3..35], Caller[36..52])], ignoreOrder: true);

        // What is malformed is nobody's trace.
        var other = await PlaceAsync(system, activityId, "bob", "00-zzzz651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        await Eventually.HoldsAsync(() => Has(collector, other, "place order"), "the other order is traced");
        var placed = collector.Trace(other).Single(x => x.Name == "place order");
        placed.Links.Count.ShouldBe(1);
        collector.Spans.Single(x => x.SpanId == placed.Links[0].SpanId).ParentId.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_show_all_of_an_order_that_failed_and_nothing_of_one_that_did_not_when_neither_is_sampled()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var system = await RunningSystem.StartAsync(
        [
            .. collector.Settings, NoRelay, ("Telemetry__TraceRatio", "0"), ("Compensation__RetryDelaySeconds__0", "1"), ("Compensation__MaxRetries", "1"),
            ("Compensation__DeadLetterMaxRetries", "1"), ("Compensation__DeadLetterDelaySeconds", "1"), ("Compensation__SweepSeconds", "60"),
            ("Compensation__TransactionAttempts", "1"),
        ]);
        var worker = await system.StartWorkerAsync((Fault(KnownPoints.AfterPrepared), "throw@unlucky"));
        var activityId = await system.AddActivityAsync(stock: 20);
        await system.StockIsLiveAsync(activityId);

        var lucky = await PlaceAsync(system, activityId, "lucky", Caller);
        var unlucky = await PlaceAsync(system, activityId, "unlucky", Caller);
        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 1);
        await Eventually.HoldsAsync(
            () => Task.FromResult(Has(collector, unlucky, "archive", "handle dead letter", "consume AttemptCompensation")),
            () => $"the failed order's trace goes on to the archive, and is not {Names(collector, unlucky)}",
            TimeSpan.FromSeconds(120));
        await worker.KillAsync();
        await (await system.StartWorkerAsync()).WaitUntilReadyAsync();
        // The first answer may come too late on a busy machine; then the order is settled all the same.
        await Eventually.HoldsAsync(
            async () => (await system.SendAsync(HttpMethod.Post, $"/reprocess_order/{unlucky}", "olga", Roles.Operator)).Status != HttpStatusCode.ServiceUnavailable,
            "the order is processed again",
            TimeSpan.FromSeconds(120));
        await system.OrdersReachAsync(activityId, OrderStatus.Confirmed, 2);
        await Eventually.HoldsAsync(
            () => Has(collector, unlucky, "consume ReprocessOrder", "ask ReprocessOrder"), "the trace has what the operator did, in another process");

        var trace = collector.Trace(unlucky);
        string? ParentOf(string name) => trace.SingleOrDefault(p => p.SpanId == trace.First(x => x.Name == name).ParentId)?.Name;
        var first = trace.Single(x => x.Name == "order");
        first.IsError.ShouldBeTrue();
        first.ParentId.ShouldBeEmpty();
        trace.ShouldAllBe(x => x.StartedAt >= first.StartedAt);
        ParentOf("step prepared").ShouldBe("order");
        ParentOf("hand over").ShouldBe("order");
        ParentOf("compensation send").ShouldBe("hand over");
        ParentOf("compensation process").ShouldBe("compensation send");
        ParentOf("consume CompensateOrder").ShouldBe("compensation process");
        ParentOf("consume AttemptCompensation").ShouldBe("consume CompensateOrder");
        ParentOf("transaction SeckillRequested").ShouldBe("consume AttemptCompensation");
        ParentOf("dead letter").ShouldBe("consume AttemptCompensation");
        ParentOf("compensation_dlq process").ShouldBe("compensation_dlq send");
        ParentOf("handle dead letter").ShouldBe("compensation_dlq process");
        ParentOf("attempt dead letter").ShouldBe("handle dead letter");
        ParentOf("archive").ShouldBe("handle dead letter");
        trace.Where(x => x.Name == "ask ReprocessOrder").Select(x => x.SpanId).ShouldContain(trace.First(x => x.Name == "consume ReprocessOrder").ParentId);
        trace.Where(x => x.Name is "hand over" or "consume AttemptCompensation" or "attempt dead letter").ShouldAllBe(x => x.IsError);
        trace.First(x => x.Name == "consume AttemptCompensation").Tags["seckill.attempt"].ShouldBe("1");

        var logged = system.LogLines(unlucky.ToString("D"));
        logged.Count.ShouldBeGreaterThan(3);
        logged.ShouldAllBe(x => x.GetProperty("TraceId").GetString() == unlucky.ToString("N"));
        var attempted = logged.Single(x => x.GetProperty("MessageTemplate").GetString() == "Attempt {Attempt} of order {OrderId} failed");
        attempted.GetProperty("SpanId").GetString().ShouldBe(trace.First(x => x.Name == "consume AttemptCompensation").SpanId);

        system.LogLines(lucky.ToString("D")).ShouldBeEmpty();
        collector.Trace(lucky).ShouldBeEmpty();
        collector.Spans.Where(x => x.TraceId != unlucky.ToString("N")).ShouldAllBe(x => x.Name.StartsWith("group commit", StringComparison.Ordinal));
    }

    static string Fault(FaultPoint point) => "FaultPoints__" + point.Name;

    static bool Has(OtlpReceiver collector, Guid order, params string[] names) => names.All(name => collector.Trace(order).Any(x => x.Name == name));

    static string Names(OtlpReceiver collector, Guid order) => string.Join(", ", collector.Trace(order).Select(x => x.Name));

    static async Task<Guid> PlaceAsync(RunningSystem system, long activityId, string buyer, string traceParent)
        => (await system.OrderAsync(activityId, buyer, traceParent: traceParent)).OrderId!.Value;
}
