using System.Collections.Concurrent;
using System.Diagnostics;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

public sealed class Offsets_Specs : KafkaSpecs
{
    [Fact]
    public async Task Should_commit_only_up_to_the_oldest_unfinished_record_and_repeat_it_after_a_restart()
    {
        var handled = new ConcurrentQueue<int>();
        var stuck = new TaskCompletionSource();
        await using (var first = await StartReaderAsync(
            async context =>
            {
                if (context.Message.Number == 2)
                    await stuck.Task.WaitAsync(context.CancellationToken);
                handled.Enqueue(context.Message.Number);
            },
            e => e.DrainTimeout = TimeSpan.FromMilliseconds(200),
            partitions: 1))
        {
            await WriteAsync(Enumerable.Range(0, 10));
            await Eventually.HoldsAsync(() => handled.Count == 9, "all but the stuck record are done");
            await Eventually.HoldsAsync(async () => (await CommittedAsync()) == 2, "what came before the stuck record is committed");
        }

        (await CommittedAsync()).ShouldBe(2);
        handled.Order().ShouldBe([0, 1, 3, 4, 5, 6, 7, 8, 9]);

        handled.Clear();
        await using var second = await StartReaderAsync(context =>
        {
            handled.Enqueue(context.Message.Number);
            return Task.CompletedTask;
        });
        await Eventually.HoldsAsync(() => handled.Count >= 8, "the stuck record and those after it are handled again");
        handled.Order().ShouldBe([2, 3, 4, 5, 6, 7, 8, 9]);
        await Eventually.HoldsAsync(async () => (await CommittedAsync()) == 10, "everything is committed");
    }

    [Fact]
    public async Task Should_let_a_partition_run_only_so_far_ahead_of_an_unfinished_record()
    {
        var handled = 0;
        var stuck = new TaskCompletionSource();
        await using var host = await StartReaderAsync(
            async context =>
            {
                if (context.Message.Number == 0)
                    await stuck.Task;
                Interlocked.Increment(ref handled);
            },
            e =>
            {
                e.ConcurrentMessageLimit = 4;
                e.PrefetchCount = 50;
            },
            partitions: 1);

        await WriteAsync(Enumerable.Range(0, 2000));
        // Handlers that only just start may let 50 records pile up at first. Then reading stops one record earlier, and for as long as the oldest is stuck.
        await Eventually.HoldsAsync(() => Volatile.Read(ref handled) >= 49, "the partition has run ahead");
        var endpoint = host.Get<IKafkaEndpoints>().Get(Topic, Group);
        await Eventually.HoldsAsync(() => endpoint.InFlight == 1, "only the stuck record is left in flight");
        Volatile.Read(ref handled).ShouldBeLessThan(2000 - 1);

        stuck.SetResult();
        await Eventually.HoldsAsync(() => Volatile.Read(ref handled) == 2000, "all records are handled once it is done");
    }

    [Fact]
    public async Task Should_fetch_a_backlog_once_however_slowly_it_gets_done()
    {
        const int Records = 5000;
        var handled = 0;
        await using var host = await StartReaderAsync(
            async context =>
            {
                // Of one partition most get done before their turn.
                await Task.Delay(context.Message.Number % 20 == 0 ? 100 : 20, context.CancellationToken);
                Interlocked.Increment(ref handled);
            },
            e =>
            {
                // A quarter of what is taken from Kafka at a time gets done in more than a second.
                e.ConcurrentMessageLimit = 4;
                e.PrefetchCount = 800;
            },
            partitions: 1);
        var endpoint = host.Get<IKafkaEndpoints>().Get(Topic, Group);
        await WriteAsync(Enumerable.Range(0, 20));
        await Eventually.HoldsAsync(() => Volatile.Read(ref handled) == 20, "the first are done");

        await WriteAsync(Enumerable.Range(20, Records));
        await Eventually.HoldsAsync(() => Volatile.Read(ref handled) >= 800, "records get done while others wait");
        await Eventually.HoldsAsync(() => endpoint.Fetched >= Records, "the statistics tell what was fetched");
        // Somewhat more, should nothing have got done for a second on a busy machine; fetched again for each few hundred that get done, they would be many times as many.
        endpoint.Fetched.ShouldBeLessThan(2 * Records);
        endpoint.InFlight.ShouldBeLessThanOrEqualTo(800);
    }

    [Fact]
    public async Task Should_read_on_between_two_slow_stores_of_offsets()
    {
        const int Records = 10;
        await WriteAsync(Enumerable.Range(0, Records));
        var taken = 0;
        var stores = new SlowStores(Records);
        await using var host = await StartReaderAsync(
            context =>
            {
                Interlocked.Increment(ref taken);
                return stores.Handlings[context.Message.Number].Task;
            },
            e =>
            {
                e.ConcurrentMessageLimit = Records;
                // Most of them are never done.
                e.DrainTimeout = TimeSpan.FromMilliseconds(200);
            },
            partitions: 1, interceptor: stores, time: stores.Clock);
        await Eventually.HoldsAsync(() => Volatile.Read(ref taken) == Records, "all records are taken");
        var endpoint = host.Get<IKafkaEndpoints>().Get(Topic, Group);

        stores.EndNext();
        await Eventually.HoldsAsync(() => endpoint.InFlight == Records - 1, "the first record is done");
        stores.Clock.Advance(SlowStores.Length);
        await Eventually.HoldsAsync(() => stores.Count > 0, "its offset is stored, and meanwhile the next record gets done");

        await WriteAsync([Records]);
        await Eventually.HoldsAsync(() => Volatile.Read(ref taken) == Records + 1, "another record is taken");
        // A pause counted from the beginning of a store would be over at its end, and each store would be followed by the next.
        stores.Count.ShouldBe(1);
    }

    /// <summary>
    /// That nothing is repeated is not asked for here: it takes a broker that accepts commits while members are joining, which the development
    /// broker refuses (docs/decisions/0001).
    /// </summary>
    [Fact]
    public async Task Should_finish_what_it_handles_before_a_new_member_gets_the_partition()
    {
        const int Records = 400;
        var handled = new ConcurrentQueue<Handling>();
        var cutOff = new ConcurrentQueue<int>();
        Task<RiderHost> ReaderAsync(int reader) => StartReaderAsync(
            async context =>
            {
                context.TryGetPayload<IKafkaConsumeContext>(out var record);
                var began = Stopwatch.GetTimestamp();
                // Long enough for the first reader to be busy still when its partitions are taken, after a session's length.
                await Task.Delay(50);
                if (context.CancellationToken.IsCancellationRequested)
                    cutOff.Enqueue(context.Message.Number);
                handled.Enqueue(new Handling(reader, record!.Partition, context.Message.Number, began, Stopwatch.GetTimestamp()));
            },
            e => e.ConcurrentMessageLimit = 2);

        await using var first = await ReaderAsync(1);
        await Eventually.HoldsAsync(() => first.Get<IKafkaEndpoints>().Get(Topic, Group).AssignedPartitions == 4, "the first reader has all partitions");
        await ProduceAsync(first, [.. Enumerable.Range(-40, 40).Select(n => Of($"key{n}", n))]);
        await Eventually.HoldsAsync(() => handled.Select(x => x.Partition).Distinct().Count() == 4, "the first reader has begun every partition");
        await ProduceAsync(first, [.. Enumerable.Range(0, Records).Select(n => Of($"key{n}", n))]);
        await using var second = await ReaderAsync(2);
        await Eventually.HoldsAsync(
            () => second.Get<IKafkaEndpoints>().Get(Topic, Group).AssignedPartitions == 2, "the partitions are shared", TimeSpan.FromSeconds(60));
        await ProduceAsync(first, [.. Enumerable.Range(Records, Records).Select(n => Of($"key{n}", n))]);

        await Eventually.HoldsAsync(() => handled.Select(x => x.Number).Distinct().Count() == 40 + (2 * Records), "every record is handled", TimeSpan.FromSeconds(60));
        cutOff.ShouldBeEmpty();
        var moved = handled.GroupBy(x => x.Partition).Where(partition => partition.Select(x => x.Reader).Distinct().Count() == 2).ToList();
        moved.Count.ShouldBe(2);
        moved.ShouldAllBe(partition => partition.Where(x => x.Reader == 1).Max(x => x.Ended) < partition.Where(x => x.Reader == 2).Min(x => x.Began));
    }

    [Fact]
    public async Task Should_commit_at_a_stop_so_that_the_next_reader_repeats_nothing()
    {
        const int Records = 2000;
        var handled = new ConcurrentQueue<int>();
        Task<RiderHost> ReaderAsync() => StartReaderAsync(
            async context =>
            {
                await Task.Delay(10);
                handled.Enqueue(context.Message.Number);
            },
            e =>
            {
                e.ConcurrentMessageLimit = 4;
                // Nothing but the commit at the stop itself may save records from being repeated.
                e.CheckpointInterval = TimeSpan.FromMinutes(10);
            });

        await using (var first = await ReaderAsync())
        {
            await ProduceAsync(first, [.. Enumerable.Range(0, Records).Select(n => Of($"key{n}", n))]);
            await Eventually.HoldsAsync(() => handled.Count > 50, "the first reader is at work");
        }

        handled.Count.ShouldBeLessThan(Records);
        await using var second = await ReaderAsync();
        await Eventually.HoldsAsync(() => handled.Distinct().Count() == Records, "the second reader handles the rest", TimeSpan.FromSeconds(60));
        handled.Count.ShouldBe(Records);
    }

    Task WriteAsync(IEnumerable<int> numbers) =>
        RawKafka.WriteAsync(Bootstrap, Topic, 0, [.. numbers.Select(n => ((string?)$"k{n}", (string?)$$"""{"name":"x","number":{{n}}}"""))]);

    async Task<long> CommittedAsync() => (await RawKafka.CommittedAsync(Bootstrap, Topic, Group))[0];

    sealed record Handling(int Reader, int Partition, int Number, long Began, long Ended);

    /// <summary>Each store takes a second of a clock that stands otherwise, in which one more record gets done.</summary>
    sealed class SlowStores(int records) : IKafkaInterceptor
    {
        public static readonly TimeSpan Length = TimeSpan.FromSeconds(1);
        int _count;
        int _ended;

        public ManualClock Clock { get; } = new();

        /// <summary>Of each record, and of the one after them; continued where they are ended, so that a record is done before its store is.</summary>
        public IReadOnlyList<TaskCompletionSource> Handlings { get; } = [.. Enumerable.Range(0, records + 1).Select(_ => new TaskCompletionSource())];

        public int Count => Volatile.Read(ref _count);

        public void EndNext() => Handlings[Interlocked.Increment(ref _ended) - 1].TrySetResult();

        public ValueTask BeforeProduceAsync(string topic, object? message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask AfterProduceAsync(string topic, object? message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void BeforeOffsetStore(string topic)
        {
            Interlocked.Increment(ref _count);
            EndNext();
            Clock.Advance(Length);
        }

        public void AfterOffsetStore(string topic)
        {
        }
    }
}
