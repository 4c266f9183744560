using System.Collections.Concurrent;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

public sealed class TopicListener_Specs : KafkaSpecs
{
    [Fact]
    public async Task Should_hear_all_in_the_order_of_each_key_and_put_aside_what_it_can_not_take()
    {
        var heard = new ConcurrentQueue<(string Name, int Number)>();
        var attempts = 0;
        await using var host = await RiderHost.StartAsync(
            Bootstrap,
            (_, k) =>
            {
                k.CreateTopics(new KafkaTopic(Topic, partitions: 4));
                k.TopicListener<Step>(Topic, Group, Hear, e =>
                {
                    e.CheckpointInterval = TimeSpan.FromMilliseconds(100);
                    e.Retry(r =>
                    {
                        r.Attempts = 3;
                        r.InitialInterval = TimeSpan.FromMilliseconds(5);
                    });
                });
            },
            rider => rider.AddProducer<Step>(Topic, m => m.Message.Name));

        foreach (var number in Enumerable.Range(0, 40))
            await ProduceAsync(host, Of("a", number), Of("b", number), Of("c", number));

        await Eventually.HoldsAsync(() => heard.Count == 119, "all but one are heard");
        foreach (var name in new[] { "a", "b", "c" })
            heard.Where(x => x.Name == name).Select(x => x.Number).ShouldBe(Enumerable.Range(0, 40).Where(x => name != "b" || x != 7));
        attempts.ShouldBe(3);
        var letter = (await RawKafka.ReadAsync(Bootstrap, DeadLetterTopic, 1)).Single();
        letter.Text(KafkaHeaderNames.DeadLetterReason).ShouldBe("no good");
        await Eventually.HoldsAsync(async () => (await RawKafka.CommittedAsync(Bootstrap, Topic, Group)).Sum(x => Math.Max(0, x.Value)) == 120, "every offset has passed");

        void Hear(Step step)
        {
            if (step is { Name: "b", Number: 7 })
            {
                Interlocked.Increment(ref attempts);
                throw new InvalidOperationException("no good");
            }

            heard.Enqueue((step.Name, step.Number));
        }
    }
}
