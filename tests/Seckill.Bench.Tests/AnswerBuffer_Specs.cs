using System.Text;

using Seckill.Cli.Demo;

namespace Seckill.Bench.Tests;

/// <summary>Answers are found in what a connection brings, however it is cut.</summary>
public sealed class AnswerBuffer_Specs
{
    const string WithLength = "HTTP/1.1 202 Accepted\r\nContent-Length: 11\r\nretry-after: 3\r\n\r\n{\"code\":\"x\"";
    const string Chunked = "HTTP/1.1 429 Too Many Requests\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\nA\r\n, 10 bytes\r\n0\r\n\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Should_find_answers_one_after_another(int bytesAtATime)
    {
        var buffer = new AnswerBuffer();
        var answers = new List<(int Status, int RetryAfter, bool Closes, string Body)>();
        foreach (var piece in Encoding.ASCII.GetBytes(WithLength + Chunked + WithLength).Chunk(bytesAtATime))
        {
            Add(buffer, piece);
            while (buffer.TryTake(out var answer))
                answers.Add((answer.Status, answer.RetryAfterSeconds, answer.Closes, Encoding.ASCII.GetString(answer.Body.Span)));
        }

        answers.ShouldBe([(202, 3, false, "{\"code\":\"x\""), (429, 0, true, "hello, 10 bytes"), (202, 3, false, "{\"code\":\"x\"")]);
    }

    [Theory]
    [InlineData("Content-Length: 100000\r\n\r\n", "", "")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "186A0\r\n", "\r\n0\r\n\r\n")]
    public void Should_grow_for_a_large_answer(string header, string before, string after)
    {
        var buffer = new AnswerBuffer();
        var body = string.Concat(Enumerable.Range(0, 20_000).Select(x => $"{x:00000}"));
        foreach (var piece in Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{header}{before}{body}{after}").Chunk(3_000))
        {
            buffer.TryTake(out _).ShouldBeFalse();
            Add(buffer, piece);
        }

        buffer.TryTake(out var answer).ShouldBeTrue();
        Encoding.ASCII.GetString(answer.Body.Span).ShouldBe(body);
        buffer.TryTake(out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")]
    public void Should_say_what_is_no_answer(string text)
    {
        var buffer = new AnswerBuffer();
        Add(buffer, Encoding.ASCII.GetBytes(text));

        Should.Throw<IOException>(() => buffer.TryTake(out _));
    }

    [Fact]
    public void Should_forget_what_another_connection_left()
    {
        var buffer = new AnswerBuffer();
        Add(buffer, "HTTP/1.1 200 O"u8.ToArray());

        buffer.Clear();
        Add(buffer, Encoding.ASCII.GetBytes(WithLength));

        buffer.TryTake(out var answer).ShouldBeTrue();
        answer.Status.ShouldBe(202);
    }

    static void Add(AnswerBuffer buffer, byte[] bytes)
    {
        for (var rest = bytes.AsSpan(); !rest.IsEmpty;)
        {
            var free = buffer.Free().Span;
            var count = Math.Min(free.Length, rest.Length);
            rest[..count].CopyTo(free);
            buffer.Added(count);
            rest = rest[count..];
        }
    }
}
