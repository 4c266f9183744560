using System.Buffers.Binary;
using System.Net.Sockets;

namespace Seckill.DevKafka;

/// <summary>
/// One client's connection. Requests about records are answered here; the others are carried to the broker. Those that name topics see to it that the topics exist.
/// A client gets its answers in the order of its requests, as from any broker.
/// </summary>
sealed class FrontConnection(Socket client, MockCluster cluster, int broker, int defaultPartitions) : IDisposable
{
    public const short MetadataApi = 3;
    const int HeaderSize = 12;

    readonly Socket _broker = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly RecordRequests _records = new(cluster.Records, broker + 1);
    readonly CarriedRequests _carried = new();

    /// <summary>Serves the client until either side ends the connection.</summary>
    public async Task RunAsync()
    {
        try
        {
            client.NoDelay = true;
            await _broker.ConnectAsync(cluster.Addresses[broker]).ConfigureAwait(false);
            await using var clientStream = new NetworkStream(client);
            await using var brokerStream = new NetworkStream(_broker);
            await Task.WhenAny(ServeRequestsAsync(clientStream, brokerStream), CarryAnswersAsync(brokerStream, clientStream)).Unwrap()
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

    /// <summary>Answers to requests that came together go together: a write costs more than a frame.</summary>
    async Task ServeRequestsAsync(NetworkStream clientStream, NetworkStream brokerStream)
    {
        var requests = new FrameStream(clientStream);
        var answers = new FrameWriter();
        while (await requests.FillAsync().ConfigureAwait(false))
        {
            while (requests.TryTake(out var frame))
            {
                if (!RecordRequests.Takes(frame.Span))
                {
                    await SendAsync(answers, clientStream).ConfigureAwait(false);
                    OnRequest(frame.Span);
                    _carried.Add();
                    await brokerStream.WriteAsync(frame).ConfigureAwait(false);
                    continue;
                }

                await _carried.AllAnsweredAsync().ConfigureAwait(false);
                if (RecordRequests.MayWait(frame.Span))
                    await SendAsync(answers, clientStream).ConfigureAwait(false);
                await _records.AnswerAsync(frame, answers).ConfigureAwait(false);
            }

            await SendAsync(answers, clientStream).ConfigureAwait(false);
        }
    }

    static async ValueTask SendAsync(FrameWriter answers, NetworkStream stream)
    {
        if (answers.Written.IsEmpty)
            return;
        await stream.WriteAsync(answers.Written).ConfigureAwait(false);
        answers.Clear();
    }

    async Task CarryAnswersAsync(NetworkStream brokerStream, NetworkStream clientStream)
    {
        var answers = new FrameStream(brokerStream);
        while (await answers.FillAsync().ConfigureAwait(false))
        {
            while (answers.TryTake(out var frame))
            {
                await clientStream.WriteAsync(frame).ConfigureAwait(false);
                _carried.OnAnswered();
            }
        }
    }

    void OnRequest(ReadOnlySpan<byte> request)
    {
        if (request.Length >= HeaderSize && BinaryPrimitives.ReadInt16BigEndian(request[4..]) == MetadataApi)
            EnsureTopics(request[HeaderSize..]);
    }

    /// <summary>
    /// The broker would create a topic that a client asks for with four partitions, whatever was wanted. The versions of the Metadata request
    /// that it speaks (0 to 2) are all: client id, then an array of topic names.
    /// </summary>
    void EnsureTopics(ReadOnlySpan<byte> body)
    {
        var reader = new RequestReader(body);
        reader.ReadString();
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            if (reader.ReadString() is { Length: > 0 } topic)
                cluster.EnsureTopic(new TopicSpec(topic, defaultPartitions));
        }
    }
}
