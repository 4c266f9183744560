using System.Collections.Concurrent;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

public sealed class Fetch_Specs : KafkaSpecs
{
    /// <summary>Longer than a test waits for anything.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(55);

    [Fact]
    public async Task Should_get_a_record_as_it_comes_however_long_an_idle_fetch_may_wait()
    {
        var received = new ConcurrentQueue<int>();
        await using var host = await StartReaderAsync(context => ReceiveAsync(received, context.Message), x => x.FetchWait = Longest);

        for (var i = 1; i <= 3; i++)
        {
            await ProduceAsync(host, Of("a", i));
            await Eventually.HoldsAsync(() => received.Count == i, "the record arrives");
        }
    }

    [Fact]
    public async Task Should_get_many_records_with_a_fetch_that_waits_for_them()
    {
        var received = new ConcurrentQueue<int>();
        await using var host = await StartReaderAsync(
            context => ReceiveAsync(received, context.Message), x => (x.FetchWait, x.FetchLeastBytes) = (Longest, 10_000), partitions: 1);

        await ProduceAsync(host, [.. Enumerable.Range(1, 1000).Select(x => Of("a", x))]);

        await Eventually.HoldsAsync(() => received.Count >= 900, "what fills a fetch arrives");
    }

    static Task ReceiveAsync(ConcurrentQueue<int> received, Step message)
    {
        received.Enqueue(message.Number);
        return Task.CompletedTask;
    }
}
