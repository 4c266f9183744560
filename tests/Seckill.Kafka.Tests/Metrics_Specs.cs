using System.Diagnostics.Metrics;
using Seckill.Kafka.Health;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

public sealed class Metrics_Specs : KafkaSpecs
{
    [Fact]
    public async Task Should_tell_what_waits_and_what_is_paused_by_topic_and_group()
    {
        var isDone = new TaskCompletionSource();
        await using var host = await StartReaderAsync(_ => isDone.Task, e => e.ConcurrentMessageLimit = 4);
        await ProduceAsync(host, [.. Enumerable.Range(0, 20).Select(n => Of($"k{n}", n))]);

        await Eventually.HoldsAsync(() => Read(KafkaInstruments.InFlight) == 20, "all records are in flight");
        await Eventually.HoldsAsync(() => Read(KafkaInstruments.ConsumerLag) == 20, "a group that never committed lags by all of them");
        Read(KafkaInstruments.Assigned).ShouldBe(4);
        Read(KafkaInstruments.Paused).ShouldBe(0);
        host.Get<IKafkaEndpoints>().Get(Topic, Group).Pause();
        Read(KafkaInstruments.Paused).ShouldBe(1);
        host.Get<IKafkaEndpoints>().Get(Topic, Group).Resume();

        isDone.SetResult();
        await Eventually.HoldsAsync(() => Read(KafkaInstruments.ConsumerLag) == 0 && Read(KafkaInstruments.InFlight) == 0, "nothing waits");
        Read(KafkaInstruments.RecordsFetched).ShouldBe(20);
    }

    [Fact]
    public async Task Should_count_each_record_that_waits_in_one_member_of_the_group()
    {
        var isDone = new TaskCompletionSource();
        await using var first = await StartReaderAsync(_ => isDone.Task);
        await Eventually.HoldsAsync(() => Read(KafkaInstruments.Assigned) == 4, "the first member reads everything");
        await using var second = await StartReaderAsync(_ => isDone.Task);
        var endpoints = new[] { first, second }.Select(x => x.Get<IKafkaEndpoints>().Get(Topic, Group)).ToList();
        await Eventually.HoldsAsync(() => endpoints.All(x => x.AssignedPartitions == 2), "both members read");

        await ProduceAsync(first, [.. Enumerable.Range(0, 40).Select(n => Of($"k{n}", n))]);

        await Eventually.HoldsAsync(() => endpoints.Sum(x => x.Lag) == 40, "their lags add up to the group's");
        isDone.SetResult();
        await Eventually.HoldsAsync(() => endpoints.Sum(x => x.Lag) == 0, "nothing waits");
    }

    [Fact]
    public void Should_leave_out_the_lag_of_partitions_that_others_read_now()
    {
        const string Statistics = """
            {"topics":{"t":{"partitions":{
              "0":{"partition":0,"fetch_state":"active","hi_offset":9,"consumer_lag":3},
              "1":{"partition":1,"fetch_state":"none","hi_offset":9,"consumer_lag":5},
              "2":{"partition":2,"fetch_state":"active","hi_offset":9,"consumer_lag":-1},
              "3":{"partition":3,"fetch_state":"active","hi_offset":9,"consumer_lag":-1},
              "-1":{"partition":-1,"fetch_state":"none","hi_offset":-1001,"consumer_lag":-1}}}}}
            """;

        new BrokerWatch(TimeProvider.System).OnStatistics(Statistics, (_, partition) => partition == 2 ? 2 : null).Lags
            .ShouldBe(new Dictionary<int, long> { [0] = 3, [2] = 7, [3] = 0 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Should_be_documented()
    {
        await using var host = await StartReaderAsync(_ => Task.CompletedTask);

        PublishedInstruments.Of(KafkaInstruments.Name).Count.ShouldBeGreaterThanOrEqualTo(8);
        PublishedInstruments.Undocumented(KafkaInstruments.Name).ShouldBeEmpty("docs/metrics.md has every instrument");
    }

    long Read(string instrument)
    {
        long sum = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (published, x) =>
            {
                if (published.Name == instrument)
                    x.EnableMeasurementEvents(published);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (tags.Contains(new(KafkaInstruments.TopicTag, Topic)) && tags.Contains(new(KafkaInstruments.GroupTag, Group)))
                sum += value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return sum;
    }
}
