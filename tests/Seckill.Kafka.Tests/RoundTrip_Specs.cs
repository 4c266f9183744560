using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

public sealed class RoundTrip_Specs : IAsyncLifetime
{
    readonly string _topic = $"round_trip_{Guid.NewGuid():N}";
    KafkaCluster _kafka = null!;

    public async Task InitializeAsync() => _kafka = await KafkaCluster.StartAsync();

    public async Task DisposeAsync() => await _kafka.DisposeAsync();

    [Fact]
    public async Task Should_carry_message_key_headers_and_trace_from_producer_to_consumer()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == KafkaInstruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var received = new ConcurrentQueue<(Step Message, IKafkaConsumeContext Record, string? Own, Guid? Id, ActivityTraceId Trace)>();
        await using var host = await RiderHost.StartAsync(
            _kafka.Bootstrap,
            (_, k) =>
            {
                k.CreateTopics(new KafkaTopic(_topic, partitions: 4));
                k.TopicEndpoint<Step>(_topic, "readers", e => e.Handler<Step>(context =>
                {
                    context.TryGetPayload<IKafkaConsumeContext>(out var record);
                    received.Enqueue((context.Message, record!, context.Headers.Get<string>("own"), context.MessageId, Activity.Current!.TraceId));
                    return Task.CompletedTask;
                }));
            },
            rider => rider.AddProducer<Step>(_topic, m => m.Message.Name));

        using var caller = new Activity("caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C).Start();
        await host.Get<ITopicProducer<Step>>().Produce(new Step { Name = "a", Number = 1 });
        await host.Get<ITopicProducer<Step>>().Produce("b", new Step { Name = "a", Number = 2 }, [new("own", "value")]);

        await Eventually.HoldsAsync(() => received.Count == 2, "both messages arrive");
        var first = received.Single(x => x.Message.Number == 1);
        var second = received.Single(x => x.Message.Number == 2);
        first.Message.Name.ShouldBe("a");
        first.Record.Key.ShouldBe("a");
        first.Record.Topic.ShouldBe(_topic);
        first.Record.GroupId.ShouldBe("readers");
        first.Record.Attempt.ShouldBe(1);
        first.Id.ShouldNotBeNull();
        first.Own.ShouldBeNull();
        first.Trace.ShouldBe(caller.TraceId);
        second.Record.Key.ShouldBe("b");
        second.Own.ShouldBe("value");
    }

    [Fact]
    public async Task Should_carry_nothing_but_the_trace_where_records_are_not_described()
    {
        var received = new ConcurrentQueue<(Step Message, string[] Headers)>();
        await using var host = await RiderHost.StartAsync(
            _kafka.Bootstrap,
            (_, k) =>
            {
                k.CreateTopics(new KafkaTopic(_topic, partitions: 4));
                k.TopicEndpoint<Step>(_topic, "readers", e => e.Handler<Step>(context =>
                {
                    received.Enqueue((context.Message, [.. context.Headers.GetAll().Select(x => x.Key)]));
                    return Task.CompletedTask;
                }));
            },
            rider => rider.AddProducer<Step>(_topic, m => m.Message.Name, describe: false));

        await host.Get<ITopicProducer<Step>>().Produce(new Step { Name = "a", Number = 1 });
        using (new Activity("caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C).Start())
            await host.Get<ITopicProducer<Step>>().Produce(new Step { Name = "a", Number = 2 });
        await host.Get<ITopicProducer<Step>>().Produce("a", new Step { Name = "a", Number = 3 }, [new("own", "value")]);

        await Eventually.HoldsAsync(() => received.Count == 3, "the messages arrive");
        received.Select(x => x.Message.Number).ShouldBe([1, 2, 3]);
        received.Select(x => string.Join(' ', x.Headers)).ShouldBe(["", KafkaHeaderNames.TraceParent, "own"]);
    }
}
