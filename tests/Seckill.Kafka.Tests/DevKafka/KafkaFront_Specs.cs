using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Seckill.TestSupport;

namespace Seckill.Kafka.Tests.DevKafka;

/// <summary>The front by hand, byte by byte, where librdkafka would not go.</summary>
public sealed class KafkaFront_Specs : IAsyncLifetime, IDisposable
{
    const short ListOffsets = 2;
    const short Metadata = 3;
    const short ApiVersions = 18;

    DevKafkaServer _server = null!;
    Socket _socket = null!;

    public async Task InitializeAsync()
    {
        _server = await DevKafkaServer.StartAsync("orders:1");
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000 };
        await _socket.ConnectAsync(IPEndPoint.Parse(_server.Bootstrap));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _socket?.Dispose();

    [Fact]
    public void Should_answer_in_the_order_of_the_requests_whoever_answers_them()
    {
        _socket.Send([.. Request(ApiVersions, 0, 1), .. Offsets(2), .. Request(Metadata, 0, 3, Int32(0)), .. Offsets(4), .. Offsets(5), .. Request(ApiVersions, 0, 6)]);

        Enumerable.Range(1, 6).Select(_ => ReadAnswer()).ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void Should_read_a_request_that_comes_in_pieces()
    {
        foreach (var part in Offsets(7))
            _socket.Send([part]);

        ReadAnswer().ShouldBe(7);
    }

    [Theory]
    [InlineData(0, 2)] // Produce as it was before there were batches.
    [InlineData(1, 3)]
    [InlineData(2, 0)]
    [InlineData(2, 6)]
    public void Should_end_a_connection_that_speaks_another_version(short api, short version)
    {
        _socket.Send(Request(api, version, 1, new byte[64]));

        _socket.Receive(new byte[1]).ShouldBe(0);
    }

    [Fact]
    public void Should_end_a_connection_whose_request_ends_too_early()
    {
        _socket.Send(Request(ListOffsets, 1, 1, Int32(-1), Int32(1), Int16(300)));

        _socket.Receive(new byte[1]).ShouldBe(0);
    }

    static byte[] Offsets(int correlation) => Request(ListOffsets, 1, correlation, Int32(-1), Int32(1), Text("orders"), Int32(1), Int32(0), Int64(-1));

    static byte[] Request(short api, short version, int correlation, params byte[][] body)
    {
        byte[] request = [.. Int16(api), .. Int16(version), .. Int32(correlation), .. Text("test"), .. body.SelectMany(x => x)];
        return [.. Int32(request.Length), .. request];
    }

    static byte[] Text(string text) => [.. Int16((short)text.Length), .. Encoding.UTF8.GetBytes(text)];

    static byte[] Int16(short value) => Write(2, x => BinaryPrimitives.WriteInt16BigEndian(x, value));

    static byte[] Int32(int value) => Write(4, x => BinaryPrimitives.WriteInt32BigEndian(x, value));

    static byte[] Int64(long value) => Write(8, x => BinaryPrimitives.WriteInt64BigEndian(x, value));

    static byte[] Write(int length, Action<byte[]> write)
    {
        var bytes = new byte[length];
        write(bytes);
        return bytes;
    }

    /// <summary>The number of the request that the next answer is to.</summary>
    int ReadAnswer()
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(Read(4));
        return BinaryPrimitives.ReadInt32BigEndian(Read(length));
    }

    byte[] Read(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = _socket.Receive(bytes, at, count - at, SocketFlags.None);
            read.ShouldBeGreaterThan(0);
            at += read;
        }

        return bytes;
    }
}
