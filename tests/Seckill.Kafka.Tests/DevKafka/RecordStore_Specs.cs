using Seckill.DevKafka;

namespace Seckill.Kafka.Tests.DevKafka;

public sealed class RecordStore_Specs
{
    const string Topic = "orders";
    const int Broker = 1;

    static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly RecordStore _store = new();

    public RecordStore_Specs()
    {
        _store.Add(new TopicSpec(Topic, 2));
        _store.Lead(Topic, 0, Broker);
        _store.Lead(Topic, 1, Broker);
    }

    [Fact]
    public async Task Should_answer_a_waiting_fetch_as_soon_as_enough_has_come()
    {
        var fetch = Fetch(new FetchTerms(250, int.MaxValue, Long), (0, 0), (1, 0));

        Append(0, 100);
        Append(1, 100);
        fetch.IsCompleted.ShouldBeFalse();
        Append(0, 100);

        var fetched = await fetch.WaitAsync(Patience);
        fetched.Select(x => x.Bytes).ShouldBe([200, 100]);
        fetched.Select(x => x.End).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task Should_count_what_is_there_already()
    {
        Append(0, 200);
        var fetch = Fetch(new FetchTerms(300, int.MaxValue, Long), (0, 0));
        fetch.IsCompleted.ShouldBeFalse();

        Append(0, 100);
        (await fetch.WaitAsync(Patience))[0].Bytes.ShouldBe(300);
    }

    [Fact]
    public async Task Should_answer_with_what_has_come_when_the_time_is_up()
    {
        Append(0, 100);

        var fetched = await Fetch(new FetchTerms(1000, int.MaxValue, TimeSpan.FromMilliseconds(20)), (0, 0), (1, 0)).WaitAsync(Patience);
        fetched.Select(x => x.Bytes).ShouldBe([100, 0]);
    }

    [Fact]
    public async Task Should_share_the_bytes_of_a_fetch_among_its_partitions()
    {
        Append(0, 100);
        Append(1, 100);

        var fetched = await Fetch(new FetchTerms(1, 100, Long), (0, 0), (1, 0)).WaitAsync(Patience);
        fetched.Select(x => x.Bytes).ShouldBe([100, 0]);
    }

    [Fact]
    public async Task Should_say_at_once_what_is_wrong_with_a_partition()
    {
        _store.Lead(Topic, 1, broker: 2);

        (await Fetch(new FetchTerms(1, 100, Long), (0, 0), (1, 0)).WaitAsync(Patience)).Select(x => x.Error).ShouldBe([KafkaError.None, KafkaError.NotLeaderForPartition]);
        (await Fetch(new FetchTerms(1, 100, Long), (0, 5)).WaitAsync(Patience)).Select(x => x.Error).ShouldBe([KafkaError.OffsetOutOfRange]);
        (await Fetch(new FetchTerms(1, 100, Long), (2, 0)).WaitAsync(Patience)).Select(x => x.Error).ShouldBe([KafkaError.UnknownTopicOrPartition]);
        _store.Append(Broker, Topic, 1, Batches.Of(1)).Error.ShouldBe(KafkaError.NotLeaderForPartition);
        _store.Append(Broker, "other", 0, Batches.Of(1)).Error.ShouldBe(KafkaError.UnknownTopicOrPartition);
        _store.Bounds(2, Topic, 1).ShouldBe((KafkaError.None, 0, 0));
    }

    [Fact]
    public void Should_fail_so_many_requests_of_a_kind()
    {
        _store.Fail(RecordRequests.ProduceApi, [7, 19]);

        _store.NextFailure(RecordRequests.FetchApi).ShouldBe((short)0);
        _store.NextFailure(RecordRequests.ProduceApi).ShouldBe((short)7);
        _store.NextFailure(RecordRequests.ProduceApi).ShouldBe((short)19);
        _store.NextFailure(RecordRequests.ProduceApi).ShouldBe((short)0);
    }

    void Append(int partition, int bytes) => _store.Append(Broker, Topic, partition, Batches.Of(1, bytes)).Error.ShouldBe(KafkaError.None);

    Task<FetchedPart[]> Fetch(FetchTerms terms, params (int Partition, long Offset)[] parts)
        => _store.FetchAsync(Broker, [.. parts.Select(x => new FetchPart(Topic, x.Partition, x.Offset, int.MaxValue))], terms);
}
