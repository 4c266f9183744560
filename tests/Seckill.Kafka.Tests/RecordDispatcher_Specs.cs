using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Kafka.Consuming;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

/// <summary>The order in which records get done is at random here; what must hold is the same for every order.</summary>
public sealed class RecordDispatcher_Specs : IDisposable
{
    const int Records = 300;

    readonly ManualHandler _handler = new();
    readonly PartitionProgress _partition = new(new TopicPartition("topic", 0));

    public void Dispose() => _partition.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Should_store_an_offset_only_when_all_records_below_it_are_done(int seed)
    {
        var random = new Random(seed);
        var dispatcher = Dispatcher(concurrency: 16);
        for (var offset = 0; offset < Records; offset++)
            dispatcher.Add(_partition, Record(offset, key: random.Next(40)));

        var done = new HashSet<long>();
        long stored = 0;
        while (done.Count < Records)
        {
            await Eventually.HoldsAsync(() => _handler.Count > 0, "a record runs");
            done.Add(_handler.FinishOne(random));
            if (dispatcher.TakeOffsets([_partition]) is [var offset])
                stored = offset.Offset.Value;
            for (long below = 0; below < stored; below++)
                done.ShouldContain(below);
        }

        await Eventually.HoldsAsync(
            () => (stored = dispatcher.TakeOffsets([_partition]) is [var offset] ? offset.Offset.Value : stored) == Records, "all offsets pass");
        _handler.MostAtOnce.ShouldBeInRange(2, 16);
        foreach (var key in _handler.Order.GroupBy(record => record.Key, record => record.Offset))
            key.ShouldBe(key.Order());
    }

    [Fact]
    public async Task Should_start_nothing_more_of_a_partition_that_leaves_and_wait_for_what_runs()
    {
        var dispatcher = Dispatcher(concurrency: 4);
        for (var offset = 0; offset < 20; offset++)
            dispatcher.Add(_partition, Record(offset, key: offset));
        await Eventually.HoldsAsync(() => _handler.Count == 4, "four records run");

        dispatcher.Leave([_partition]);
        dispatcher.Drain([_partition], TimeSpan.FromMilliseconds(20)).ShouldBeFalse();
        _partition.Leaving.IsCancellationRequested.ShouldBeTrue();
        while (_handler.Count > 0)
            _handler.FinishOne(new Random(0));

        dispatcher.Drain([_partition], TimeSpan.FromSeconds(10)).ShouldBeTrue();
        dispatcher.InFlight.ShouldBe(0);
        _handler.Order.Count.ShouldBe(4);
        dispatcher.TakeOffsets([_partition]).Single().Offset.Value.ShouldBe(4);
    }

    [Fact]
    public async Task Should_not_pass_the_offset_of_a_record_that_was_not_seen_through()
    {
        var dispatcher = Dispatcher(concurrency: 4);
        for (var offset = 0; offset < 3; offset++)
            dispatcher.Add(_partition, Record(offset, key: offset));
        await Eventually.HoldsAsync(() => _handler.Count == 3, "all records run");

        _handler.Finish(1, mayPass: false);
        _handler.Finish(0);
        _handler.Finish(2);

        await Eventually.HoldsAsync(() => dispatcher.InFlight == 0, "nothing runs any more");
        dispatcher.TakeOffsets([_partition]).Single().Offset.Value.ShouldBe(1);
    }

    [Fact]
    public async Task Should_refuse_capacity_until_enough_is_done()
    {
        var dispatcher = Dispatcher(concurrency: 8, capacity: 8);
        for (var offset = 0; offset < 8; offset++)
        {
            dispatcher.WaitForCapacity(TimeSpan.Zero).ShouldBeTrue();
            dispatcher.Add(_partition, Record(offset, key: offset));
        }

        dispatcher.WaitForCapacity(TimeSpan.FromMilliseconds(10)).ShouldBeFalse();
        await Eventually.HoldsAsync(() => _handler.Count == 8, "all records run");
        var waiting = await StartWaitingAsync(() => dispatcher.WaitForCapacity(TimeSpan.FromMinutes(1)));
        await FinishAsync(dispatcher, 0, 1);
        waiting.IsCompleted.ShouldBeFalse();
        await FinishAsync(dispatcher, 2);
        (await waiting).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_have_capacity_for_as_many_as_get_done()
    {
        var dispatcher = Dispatcher(concurrency: 8, capacity: 8);
        for (var offset = 0; offset < 8; offset++)
            dispatcher.Add(_partition, Record(offset, key: offset));
        await Eventually.HoldsAsync(() => _handler.Count == 8, "all records run");

        var waiting = await StartWaitingAsync(() => dispatcher.WaitForCapacity(TimeSpan.FromSeconds(1)));
        await FinishAsync(dispatcher, 0);
        (await waiting).ShouldBeTrue();
        dispatcher.WaitForMuch(TimeSpan.FromMilliseconds(10)).ShouldBeFalse();

        dispatcher.Add(_partition, Record(8, key: 8));
        dispatcher.WaitForCapacity(TimeSpan.FromMilliseconds(10)).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_tell_how_many_are_done_before_their_turn()
    {
        var dispatcher = Dispatcher(concurrency: 4);
        for (var offset = 0; offset < 6; offset++)
            dispatcher.Add(_partition, Record(offset, key: offset));
        await Eventually.HoldsAsync(() => _handler.Count == 4, "four records run");
        dispatcher.AheadOf(_partition).ShouldBe(0);

        await FinishAsync(dispatcher, 1, 3);
        dispatcher.AheadOf(_partition).ShouldBe(2);
        await FinishAsync(dispatcher, 0);
        dispatcher.AheadOf(_partition).ShouldBe(1);
        await FinishAsync(dispatcher, 2);
        dispatcher.AheadOf(_partition).ShouldBe(0);
    }

    /// <summary>Returns once the wait has begun.</summary>
    static async Task<Task<bool>> StartWaitingAsync(Func<bool> wait)
    {
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => ended.SetResult(wait())) { IsBackground = true };
        thread.Start();
        await Eventually.HoldsAsync(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "the wait has begun");
        return ended.Task;
    }

    async Task FinishAsync(RecordDispatcher dispatcher, params long[] offsets)
    {
        var left = dispatcher.InFlight - offsets.Length;
        foreach (var offset in offsets)
            _handler.Finish(offset);
        await Eventually.HoldsAsync(() => dispatcher.InFlight == left, "they are done");
    }

    RecordDispatcher Dispatcher(int concurrency, int capacity = 1000) => new(_handler, concurrency, capacity, NullLogger.Instance);

    static ConsumeResult<byte[]?, byte[]?> Record(long offset, int key) => new()
    {
        TopicPartitionOffset = new TopicPartitionOffset("topic", 0, offset),
        Message = new Message<byte[]?, byte[]?> { Key = [(byte)key], Value = [] },
    };

    /// <summary>Records run until the test finishes them.</summary>
    sealed class ManualHandler : IRecordHandler
    {
        readonly Lock _lock = new();
        readonly Dictionary<long, TaskCompletionSource<bool>> _running = [];

        public List<PendingRecord> Order { get; } = [];

        public int MostAtOnce { get; private set; }

        public int Count
        {
            get
            {
                lock (_lock)
                    return _running.Count;
            }
        }

        public Task<bool> Handle(PendingRecord record)
        {
            lock (_lock)
            {
                Order.Add(record);
                var finished = _running[record.Offset] = new TaskCompletionSource<bool>();
                MostAtOnce = Math.Max(MostAtOnce, _running.Count);
                return finished.Task;
            }
        }

        public long FinishOne(Random random)
        {
            long offset;
            lock (_lock)
                offset = _running.Keys.ElementAt(random.Next(_running.Count));
            Finish(offset);
            return offset;
        }

        public void Finish(long offset, bool mayPass = true)
        {
            TaskCompletionSource<bool> finished;
            lock (_lock)
            {
                finished = _running[offset];
                _running.Remove(offset);
            }

            finished.SetResult(mayPass);
        }
    }
}
