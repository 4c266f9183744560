using Seckill.Kafka.Producing;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

/// <summary>Which records go to the client together.</summary>
public sealed class RecordBursts_Specs
{
    readonly ManualClock _time = new();
    readonly List<RecordBursts<int>.Burst> _sent = [];
    readonly RecordBursts<int> _bursts;

    public RecordBursts_Specs() => _bursts = new RecordBursts<int>(_sent.Add, _time);

    [Fact]
    public void Should_send_a_lone_record_at_once()
    {
        _bursts.Add(1);
        ShouldHaveSent([1]);
        Confirm(0);

        _bursts.Add(2);

        ShouldHaveSent([1], [2]);
    }

    [Fact]
    public void Should_send_together_what_came_while_others_were_unconfirmed()
    {
        _bursts.Add(1);
        _bursts.Add(2);
        _bursts.Add(3);
        ShouldHaveSent([1]);

        Confirm(0);

        ShouldHaveSent([1], [2, 3]);
        _sent[1].Done();
        _bursts.Add(4);
        ShouldHaveSent([1], [2, 3]);
        _sent[1].Done();
        ShouldHaveSent([1], [2, 3], [4]);
    }

    /// <summary>A partition whose leader is away answers after half a minute, and others do not wait for it.</summary>
    [Fact]
    public void Should_hold_nobody_up_for_long()
    {
        _bursts.Add(1);
        _bursts.Add(2);
        _time.Advance(RecordBursts<int>.LongestWait);

        _bursts.Add(3);

        ShouldHaveSent([1], [2, 3]);
    }

    [Fact]
    public void Should_wait_for_the_latest_burst_alone()
    {
        _bursts.Add(1);
        _time.Advance(RecordBursts<int>.LongestWait);
        _bursts.Add(2);
        _bursts.Add(3);

        Confirm(0);
        ShouldHaveSent([1], [2]);
        Confirm(1);

        ShouldHaveSent([1], [2], [3]);
    }

    [Fact]
    public void Should_send_what_waits_when_nobody_answers_and_no_other_record_comes()
    {
        _bursts.Add(1);
        _bursts.Add(2);
        _bursts.SendOverdue();
        ShouldHaveSent([1]);

        _time.Advance(RecordBursts<int>.LongestWait);
        _bursts.SendOverdue();
        _bursts.SendOverdue();

        ShouldHaveSent([1], [2]);
    }

    [Fact]
    public async Task Should_lose_and_double_nothing_whoever_is_first()
    {
        const int Each = 20_000;
        var seen = new System.Collections.Concurrent.ConcurrentQueue<int>();
        var bursts = new RecordBursts<int>(burst => ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            foreach (var record in burst.Records)
            {
                seen.Enqueue(record);
                burst.Done();
            }
        }, null), TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(x => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
                bursts.Add((x * Each) + i);
        })));

        await Eventually.HoldsAsync(() => seen.Count == 4 * Each, "all were sent");
        seen.Order().ShouldBe(Enumerable.Range(0, 4 * Each));
    }

    void Confirm(int burst)
    {
        foreach (var _ in _sent[burst].Records)
            _sent[burst].Done();
    }

    void ShouldHaveSent(params int[][] bursts) => _sent.Select(x => x.Records.ToArray()).ToArray().ShouldBe(bursts);
}
