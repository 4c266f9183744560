using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using MassTransit;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests;

public sealed class DeadLetter_Specs : KafkaSpecs
{
    [Fact]
    public async Task Should_put_a_poison_record_aside_with_its_bytes_and_cause_and_go_on()
    {
        var attempts = 0;
        var handled = new ConcurrentQueue<int>();
        await using var host = await StartReaderAsync(
            context =>
            {
                if (context.Message.Number == 1)
                {
                    Interlocked.Increment(ref attempts);
                    throw new InvalidOperationException("no good");
                }

                handled.Enqueue(context.Message.Number);
                return Task.CompletedTask;
            },
            e => e.Retry(r =>
            {
                r.Attempts = 4;
                r.InitialInterval = TimeSpan.FromMilliseconds(5);
            }),
            partitions: 1);

        const string Poison = """{ "name": "x",   "number": 1 }""";
        await RawKafka.WriteAsync(
            Bootstrap, Topic, 0, ("k", """{"name":"x","number":0}"""), ("k", Poison), ("k", """{"name":"x","number":2}"""), ("k", """{"name":"x","number":3}"""));

        var letter = (await RawKafka.ReadAsync(Bootstrap, DeadLetterTopic, 1)).Single();
        Encoding.UTF8.GetString(letter.Value!).ShouldBe(Poison);
        Encoding.UTF8.GetString(letter.Key!).ShouldBe("k");
        letter.Text("own").ShouldBe("value");
        letter.Text(KafkaHeaderNames.DeadLetterException).ShouldBe(typeof(InvalidOperationException).FullName);
        letter.Text(KafkaHeaderNames.DeadLetterReason).ShouldBe("no good");
        letter.Text(KafkaHeaderNames.DeadLetterStack)!.ShouldContain(nameof(DeadLetter_Specs));
        letter.Text(KafkaHeaderNames.DeadLetterTopic).ShouldBe(Topic);
        letter.Text(KafkaHeaderNames.DeadLetterPartition).ShouldBe("0");
        letter.Text(KafkaHeaderNames.DeadLetterOffset).ShouldBe("1");
        letter.Text(KafkaHeaderNames.DeadLetterGroup).ShouldBe(Group);
        letter.Text(KafkaHeaderNames.DeadLetterAttempts).ShouldBe("4");
        var firstFailed = DateTimeOffset.Parse(letter.Text(KafkaHeaderNames.DeadLetterFirstFailedAt)!, null);
        DateTimeOffset.Parse(letter.Text(KafkaHeaderNames.DeadLetterLastFailedAt)!, null).ShouldBeGreaterThan(firstFailed);
        attempts.ShouldBe(4);
        await Eventually.HoldsAsync(() => handled.Count == 3, "the records around it are handled");
        handled.ShouldBe([0, 2, 3]);
        await Eventually.HoldsAsync(
            async () => (await RawKafka.CommittedAsync(Bootstrap, Topic, Group))[0] == 4, "the poison record's offset has passed");
    }

    [Theory]
    [InlineData(998_000, 998_000)]
    [InlineData(999_800, 64 * 1024)]
    public async Task Should_put_a_record_aside_that_is_as_large_as_one_may_be(int length, int kept)
    {
        await using var host = await StartReaderAsync(_ => Task.CompletedTask, _ => { }, partitions: 1);
        var poison = new string('x', length);

        await RawKafka.WriteAsync(Bootstrap, Topic, 0, ("k", poison));

        var letter = (await RawKafka.ReadAsync(Bootstrap, DeadLetterTopic, 1)).Single();
        Encoding.UTF8.GetString(letter.Value!).ShouldBe(poison[..kept]);
        letter.Text(KafkaHeaderNames.DeadLetterTopic).ShouldBe(Topic);
        letter.Text(KafkaHeaderNames.DeadLetterCutFrom).ShouldBe(kept == length ? null : "999800");
        await Eventually.HoldsAsync(
            async () => (await RawKafka.CommittedAsync(Bootstrap, Topic, Group))[0] == 1, "its offset has passed");
    }

    [Fact]
    public async Task Should_give_unreadable_records_to_their_handler_and_pass_them_when_it_has_them()
    {
        var seen = new ConcurrentQueue<UnreadableRecord>();
        var handled = new ConcurrentQueue<int>();
        var attempts = 0;
        await using var host = await StartReaderAsync(
            context =>
            {
                handled.Enqueue(context.Message.Number);
                return Task.CompletedTask;
            },
            e => e.HandleUnreadable((record, _) =>
            {
                // It is down at first: the record must stay until it has it.
                if (Interlocked.Increment(ref attempts) < 3)
                    throw new IOException("down");
                seen.Enqueue(record);
                return Task.CompletedTask;
            }),
            partitions: 1);

        await RawKafka.WriteAsync(Bootstrap, Topic, 0, ("k", "\u0001 not json"), ("k", """{"name":"x","number":2}"""));

        await Eventually.HoldsAsync(() => !seen.IsEmpty && !handled.IsEmpty, "both are handled");
        var record = seen.ShouldHaveSingleItem();
        Encoding.UTF8.GetString(record.Value).ShouldBe("\u0001 not json");
        Encoding.UTF8.GetString(record.Key!).ShouldBe("k");
        (record.Topic, record.Partition, record.Offset).ShouldBe((Topic, 0, 0));
        record.Headers.ShouldContain(x => x.Key == "own");
        attempts.ShouldBe(3);
        handled.ShouldBe([2]);
        await Eventually.HoldsAsync(async () => (await RawKafka.CommittedAsync(Bootstrap, Topic, Group))[0] == 2, "its offset has passed");
    }

    [Theory]
    [InlineData(1_790_000_000_000_000, "9999-12-31")]
    [InlineData(1_790_000_000_000, "2026-09-21")]
    public async Task Should_bear_a_record_whose_time_is_none(long producedAt, string date)
    {
        var seen = new ConcurrentQueue<UnreadableRecord>();
        var sentTimes = new ConcurrentQueue<DateTime?>();
        await using var host = await StartReaderAsync(
            context =>
            {
                sentTimes.Enqueue(context.SentTime);
                return Task.CompletedTask;
            },
            e => e.HandleUnreadable((record, _) =>
            {
                seen.Enqueue(record);
                return Task.CompletedTask;
            }),
            partitions: 1);

        await RawKafka.WriteAsync(Bootstrap, Topic, 0, new Timestamp(producedAt, TimestampType.CreateTime), ("k", "not json"), ("k", """{"name":"x","number":2}"""));

        await Eventually.HoldsAsync(() => !seen.IsEmpty && !sentTimes.IsEmpty, "both are handled");
        seen.ShouldHaveSingleItem().ProducedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture).ShouldBe(date);
        sentTimes.ShouldHaveSingleItem()!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture).ShouldBe(date);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{"name":null,"number":1}""")]
    [InlineData("""{"number":"text"}""")]
    [InlineData("""{"number":1}""")]
    public async Task Should_put_an_unreadable_record_aside_without_an_attempt(string body)
    {
        var handled = new ConcurrentQueue<int>();
        await using var host = await StartReaderAsync(
            context =>
            {
                handled.Enqueue(context.Message.Number);
                return Task.CompletedTask;
            },
            partitions: 1);

        await RawKafka.WriteAsync(Bootstrap, Topic, 0, ("k", body), ("k", """{"name":"x","number":7}"""));

        var letter = (await RawKafka.ReadAsync(Bootstrap, DeadLetterTopic, 1)).Single();
        Encoding.UTF8.GetString(letter.Value!).ShouldBe(body);
        letter.Text(KafkaHeaderNames.DeadLetterException).ShouldBe("System.Text.Json.JsonException");
        letter.Text(KafkaHeaderNames.DeadLetterAttempts).ShouldBe("0");
        await Eventually.HoldsAsync(() => handled.SequenceEqual([7]), "the next record is handled");
    }

    [Fact]
    public async Task Should_skip_a_record_without_a_value()
    {
        var handled = new ConcurrentQueue<int>();
        await using var host = await StartReaderAsync(
            context =>
            {
                handled.Enqueue(context.Message.Number);
                return Task.CompletedTask;
            },
            partitions: 1);

        await RawKafka.WriteAsync(Bootstrap, Topic, 0, ("k", null), ("k", """{"name":"x","number":7}"""));

        await Eventually.HoldsAsync(() => handled.SequenceEqual([7]), "the next record is handled");
        await Eventually.HoldsAsync(async () => (await RawKafka.CommittedAsync(Bootstrap, Topic, Group))[0] == 2, "both offsets have passed");
    }

    [Fact]
    public async Task Should_try_for_ever_while_a_dependency_is_down_and_dead_letter_nothing()
    {
        var isDown = true;
        var attempts = 0;
        var handled = new ConcurrentQueue<int>();
        await using var host = await StartReaderAsync(
            context =>
            {
                if (context.Message.Name == "needy" && Volatile.Read(ref isDown))
                {
                    Interlocked.Increment(ref attempts);
                    throw new InvalidOperationException("wrapped", new TimeoutException("down"));
                }

                handled.Enqueue(context.Message.Number);
                return Task.CompletedTask;
            },
            e =>
            {
                e.Retry(r => r.Attempts = 2);
                e.RetryForever(exception => exception is TimeoutException, TimeSpan.FromMilliseconds(50));
            });

        await ProduceAsync(host, Of("needy", 1), Of("other", 3));
        await ProduceAsync(host, Of("needy", 2));

        await Eventually.HoldsAsync(() => Volatile.Read(ref attempts) > 10, "the record is tried over and over");
        await Eventually.HoldsAsync(() => handled.SequenceEqual([3]), "another key goes on");
        Volatile.Write(ref isDown, false);
        await Eventually.HoldsAsync(() => handled.SequenceEqual([3, 1, 2]), "the needy key is handled, in order");
    }

    [Fact]
    public async Task Should_pause_and_resume_on_command()
    {
        var handled = new ConcurrentQueue<int>();
        var others = new ConcurrentQueue<int>();
        await using var host = await StartReaderAsync(context => EnqueueAsync(handled, context));
        await using var other = await StartReaderAsync(context => EnqueueAsync(others, context), group: "others");
        var endpoint = host.Get<IKafkaEndpoints>().Get(Topic, Group);
        await ProduceAsync(host, Of("a", 1));
        await Eventually.HoldsAsync(() => handled.Count == 1, "the first record is handled");

        endpoint.Pause();
        endpoint.IsPaused.ShouldBeTrue();
        await ProduceAsync(host, [.. Enumerable.Range(2, 50).Select(n => Of($"k{n}", n))]);
        await Eventually.HoldsAsync(() => others.Count == 51, "another group handles all records");
        // The poll that the command met may have brought one more.
        handled.Count.ShouldBeLessThanOrEqualTo(2);

        endpoint.Resume();
        await Eventually.HoldsAsync(() => handled.Count == 51, "all records are handled");
        await Eventually.HoldsAsync(() => endpoint.Lag == 0, "nothing lags");
    }

    static Task EnqueueAsync(ConcurrentQueue<int> queue, ConsumeContext<Step> context)
    {
        queue.Enqueue(context.Message.Number);
        return Task.CompletedTask;
    }
}
