using System.Collections.Concurrent;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

public sealed class Ordering_Specs : KafkaSpecs
{
    [Fact]
    public async Task Should_handle_records_of_one_key_in_order_while_many_keys_run_at_once()
    {
        const int Keys = 20;
        const int PerKey = 50;
        var seen = new ConcurrentDictionary<string, ConcurrentQueue<int>>();
        var running = new ConcurrentDictionary<string, int>();
        var overlaps = 0;
        var atOnce = 0;
        var most = 0;
        await using var host = await StartReaderAsync(
            async context =>
            {
                if (running.AddOrUpdate(context.Message.Name, 1, (_, n) => n + 1) > 1)
                    Interlocked.Increment(ref overlaps);
                InterlockedMax(ref most, Interlocked.Increment(ref atOnce));
                await Task.Delay(Random.Shared.Next(5));
                seen.GetOrAdd(context.Message.Name, _ => new()).Enqueue(context.Message.Number);
                Interlocked.Decrement(ref atOnce);
                running.AddOrUpdate(context.Message.Name, 0, (_, n) => n - 1);
            },
            e => e.ConcurrentMessageLimit = 64);

        for (var number = 0; number < PerKey; number++)
            await ProduceAsync(host, [.. Enumerable.Range(0, Keys).Select(key => Of($"key{key}", number))]);

        await Eventually.HoldsAsync(() => seen.Values.Sum(x => x.Count) == Keys * PerKey, "all records are handled");
        overlaps.ShouldBe(0);
        most.ShouldBeGreaterThan(1);
        seen.Count.ShouldBe(Keys);
        seen.Values.ShouldAllBe(numbers => numbers.SequenceEqual(Enumerable.Range(0, PerKey)));
    }

    [Fact]
    public async Task Should_not_let_a_slow_key_hold_up_the_others_of_its_partition()
    {
        var release = new TaskCompletionSource();
        var handled = new ConcurrentQueue<int>();
        await using var host = await StartReaderAsync(
            async context =>
            {
                if (context.Message.Name == "slow")
                    await release.Task;
                handled.Enqueue(context.Message.Number);
            },
            partitions: 1);

        await RawKafka.WriteAsync(Bootstrap, Topic, 0, ("slow", """{"name":"slow","number":1}"""), ("slow", """{"name":"slow","number":2}"""));
        await RawKafka.WriteAsync(Bootstrap, Topic, 0, [.. Enumerable.Range(3, 50).Select(n => ((string?)$"k{n}", (string?)$$"""{"name":"quick","number":{{n}}}"""))]);

        await Eventually.HoldsAsync(() => handled.Count == 50, "all other keys are done");
        handled.ShouldNotContain(1);
        release.SetResult();
        await Eventually.HoldsAsync(() => handled.Count == 52, "the slow key is done too");
        handled.Skip(50).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Should_handle_no_more_records_at_once_than_the_limit()
    {
        var atOnce = 0;
        var most = 0;
        var handled = 0;
        await using var host = await StartReaderAsync(
            async context =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref atOnce));
                await Task.Yield();
                Interlocked.Decrement(ref atOnce);
                Interlocked.Increment(ref handled);
            },
            e =>
            {
                e.ConcurrentMessageLimit = 3;
                e.PrefetchCount = 20;
            });

        await ProduceAsync(host, [.. Enumerable.Range(0, 500).Select(n => Of($"key{n}", n))]);

        await Eventually.HoldsAsync(() => Volatile.Read(ref handled) == 500, "all records are handled");
        most.ShouldBeInRange(2, 3);
    }

    static void InterlockedMax(ref int target, int value)
    {
        for (var current = Volatile.Read(ref target); value > current; current = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, current);
    }
}
