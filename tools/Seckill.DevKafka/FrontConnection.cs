using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Seckill.DevKafka;

/// <summary>
/// One client's connection, carried to the broker frame by frame. Requests that name topics see to it that the topics exist; answers that
/// name brokers get the addresses that clients are to find them at. Everything else passes untouched.
/// </summary>
sealed class FrontConnection(Socket client, MockCluster cluster, int broker, IReadOnlyList<IPEndPoint> advertised, int defaultPartitions) : IDisposable
{
    const short MetadataApi = 3;
    const short FindCoordinatorApi = 10;
    const int HeaderSize = 12;
    const int MaxFrame = 128 * 1024 * 1024;

    readonly Socket _broker = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly ConcurrentDictionary<int, short> _answersWithBrokers = new();

    /// <summary>Carries frames until either side ends the connection.</summary>
    public async Task RunAsync()
    {
        try
        {
            client.NoDelay = true;
            await _broker.ConnectAsync(cluster.Addresses[broker]).ConfigureAwait(false);
            await using var clientStream = new NetworkStream(client);
            await using var brokerStream = new NetworkStream(_broker);
            await Task.WhenAny(CarryAsync(clientStream, brokerStream, OnRequest), CarryAsync(brokerStream, clientStream, OnResponse)).Unwrap()
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // A connection's end is the normal end of this method, whoever caused it.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        _broker.Dispose();
    }

    /// <summary>Carries what came together together: a write costs more than a frame.</summary>
    static async Task CarryAsync(NetworkStream from, NetworkStream to, Action<Memory<byte>> inspect)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        int read;
        while ((read = await from.ReadAsync(buffer.AsMemory(filled)).ConfigureAwait(false)) > 0)
        {
            filled += read;
            var whole = 0;
            while (FrameLength(buffer.AsSpan(whole, filled - whole)) is { } length && length <= filled - whole)
            {
                inspect(buffer.AsMemory(whole, length));
                whole += length;
            }

            if (whole > 0)
                await to.WriteAsync(buffer.AsMemory(0, whole)).ConfigureAwait(false);
            buffer.AsSpan(whole, filled - whole).CopyTo(buffer);
            filled -= whole;
            if (FrameLength(buffer.AsSpan(0, filled)) is { } next && next > buffer.Length)
                Array.Resize(ref buffer, next);
        }
    }

    /// <summary>The bytes of the frame that begins here, its size included; null while even that is not there.</summary>
    static int? FrameLength(ReadOnlySpan<byte> bytes)
    {
        if (!BinaryPrimitives.TryReadInt32BigEndian(bytes, out var length))
            return null;

        return length is >= 4 and <= MaxFrame ? sizeof(int) + length : throw new IOException($"A frame of {length} bytes is no Kafka frame.");
    }

    void OnRequest(Memory<byte> frame)
    {
        var request = frame.Span;
        if (request.Length < HeaderSize)
            return;
        var api = BinaryPrimitives.ReadInt16BigEndian(request[4..]);
        if (api is not (MetadataApi or FindCoordinatorApi))
            return;
        // The version of a request for metadata shapes its answer; the other answer's version does not matter.
        _answersWithBrokers[BinaryPrimitives.ReadInt32BigEndian(request[8..])] =
            api == MetadataApi ? BinaryPrimitives.ReadInt16BigEndian(request[6..]) : (short)-1;
        if (api == MetadataApi)
            EnsureTopics(request[HeaderSize..]);
    }

    /// <summary>
    /// The broker would create a topic that a client asks for with four partitions, whatever was wanted. The versions of the Metadata request
    /// that it speaks (0 to 2) are all: client id, then an array of topic names.
    /// </summary>
    void EnsureTopics(ReadOnlySpan<byte> body)
    {
        var reader = new FrameReader(body);
        if (!reader.TryReadString(out _) || !reader.TryReadInt32(out var count))
            return;
        for (var i = 0; i < count && reader.TryReadString(out var topic) && topic.Length > 0; i++)
            cluster.EnsureTopic(new TopicSpec(topic, defaultPartitions));
    }

    void OnResponse(Memory<byte> frame)
    {
        if (frame.Length < 8 || !_answersWithBrokers.TryRemove(BinaryPrimitives.ReadInt32BigEndian(frame.Span[4..]), out var metadataVersion))
            return;
        if (metadataVersion >= 1)
            NameController(frame.Span[8..], metadataVersion);
        // Host and port stand side by side in every version of both answers: "127.0.0.1", then the port as four bytes.
        Span<byte> address = stackalloc byte[13];
        Encoding.ASCII.GetBytes("127.0.0.1", address);
        for (var i = 0; i < advertised.Count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(address[9..], cluster.Addresses[i].Port);
            var rest = frame.Span;
            for (var at = rest.IndexOf(address); at >= 0; at = rest.IndexOf(address))
            {
                BinaryPrimitives.WriteInt32BigEndian(rest[(at + 9)..], advertised[i].Port);
                rest = rest[(at + address.Length)..];
            }
        }
    }

    /// <summary>
    /// The broker names number 0 as the controller, which does not exist, and clients that want to create topics wait for it in vain. Told of
    /// number 1, they learn at once that it cannot create topics.
    /// </summary>
    static void NameController(Span<byte> metadata, short version)
    {
        var reader = new FrameReader(metadata);
        if (!reader.TryReadInt32(out var brokers))
            return;
        for (var i = 0; i < brokers; i++)
        {
            if (!reader.TryReadInt32(out _) || !reader.TryReadString(out _) || !reader.TryReadInt32(out _) || !reader.TryReadString(out _))
                return;
        }

        if (version >= 2 && !reader.TryReadString(out _))
            return;
        var controller = metadata[^reader.Left..];
        if (controller.Length >= 4)
            BinaryPrimitives.WriteInt32BigEndian(controller, 1);
    }

    ref struct FrameReader(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> _rest = bytes;

        public readonly int Left => _rest.Length;

        public bool TryReadInt32(out int value)
        {
            if (!BinaryPrimitives.TryReadInt32BigEndian(_rest, out value))
                return false;
            _rest = _rest[4..];
            return true;
        }

        public bool TryReadString(out string value)
        {
            value = "";
            if (!BinaryPrimitives.TryReadInt16BigEndian(_rest, out var length) || _rest.Length < 2 + Math.Max(length, (short)0))
                return false;
            if (length > 0)
                value = Encoding.UTF8.GetString(_rest.Slice(2, length));
            _rest = _rest[(2 + Math.Max(length, (short)0))..];
            return true;
        }
    }
}
