using System.Buffers.Binary;
using System.Text;

namespace Seckill.DevKafka;

/// <summary>
/// Answers the requests that are about records: Produce, Fetch and ListOffsets, laid out as in the guide to Kafka's protocol
/// (kafka.apache.org/protocol). Versions that are not told of end the connection.
/// </summary>
/// <param name="store">The records.</param>
/// <param name="broker">The broker that is asked, from 1.</param>
sealed class RecordRequests(RecordStore store, int broker)
{
    public const short ProduceApi = 0;
    public const short FetchApi = 1;
    const short ListOffsetsApi = 2;
    const long Earliest = -2;
    const long Latest = -1;

    /// <summary>Which versions of each request are answered.</summary>
    public static readonly IReadOnlyDictionary<short, (short Least, short Most)> Versions = new Dictionary<short, (short Least, short Most)>
    {
        [ProduceApi] = (3, 7),
        [FetchApi] = (4, 11),
        [ListOffsetsApi] = (1, 5),
    };

    /// <summary>Whether a request is one of these.</summary>
    public static bool Takes(ReadOnlySpan<byte> frame) => frame.Length >= 12 && BinaryPrimitives.ReadInt16BigEndian(frame[4..]) is ProduceApi or FetchApi or ListOffsetsApi;

    /// <summary>Whether the answer may take a while.</summary>
    public static bool MayWait(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt16BigEndian(frame[4..]) == FetchApi;

    /// <summary>Writes the answer.</summary>
    /// <exception cref="IOException">The request can't be read, or is to end the connection.</exception>
    public async ValueTask AnswerAsync(ReadOnlyMemory<byte> frame, FrameWriter answer)
    {
        var (api, version, correlationId) = Header(frame.Span);
        var (least, most) = Versions[api];
        if (version < least || version > most)
            throw new IOException($"Version {version} of Kafka's request {api} is not one of {least} to {most}.");
        var failure = store.NextFailure(api);
        if (failure < 0)
            throw new IOException($"A connection ends for error {failure}, as it was told to.");

        answer.Begin(correlationId);
        if (api == FetchApi)
        {
            var (parts, terms) = ReadFetch(frame.Span, version);
            WriteFetched(answer, version, failure == 0 ? await store.FetchAsync(broker, parts, terms).ConfigureAwait(false) : Failed(parts, failure));
        }
        else if (api == ProduceApi)
        {
            if (!Produce(frame.Span, version, failure, answer))
            {
                answer.Cancel();
                return;
            }
        }
        else
        {
            ListOffsets(frame.Span, version, answer);
        }

        answer.End();
    }

    static (short Api, short Version, int CorrelationId) Header(ReadOnlySpan<byte> frame)
    {
        var reader = new RequestReader(frame[4..]);
        return (reader.ReadInt16(), reader.ReadInt16(), reader.ReadInt32());
    }

    static RequestReader Body(ReadOnlySpan<byte> frame)
    {
        var reader = new RequestReader(frame[12..]);
        reader.ReadString();
        return reader;
    }

    /// <summary>False: the producer wants no answer.</summary>
    bool Produce(ReadOnlySpan<byte> frame, short version, short failure, FrameWriter answer)
    {
        var reader = Body(frame);
        reader.ReadString();
        var isAnswered = reader.ReadInt16() != 0;
        reader.ReadInt32();
        AnswerEach(ref reader, answer, (ref RequestReader partitions, string topic, int partition) =>
        {
            var batches = partitions.ReadBytes();
            var (error, offset, start) = failure == 0 ? store.Append(broker, topic, partition, batches) : ((KafkaError)failure, -1, -1);
            answer.WriteInt16((short)error);
            answer.WriteInt64(offset);
            answer.WriteInt64(-1); // The records keep the time of their producer.
            if (version >= 5)
                answer.WriteInt64(start);
        });
        answer.WriteInt32(0);
        return isAnswered;
    }

    void ListOffsets(ReadOnlySpan<byte> frame, short version, FrameWriter answer)
    {
        var reader = Body(frame);
        reader.ReadInt32();
        if (version >= 2)
        {
            reader.Read(1);
            answer.WriteInt32(0);
        }

        AnswerEach(ref reader, answer, (ref RequestReader partitions, string topic, int partition) =>
        {
            if (version >= 4)
                partitions.ReadInt32();
            var time = partitions.ReadInt64();
            var (error, start, end) = store.Bounds(broker, topic, partition);
            answer.WriteInt16((short)error);
            answer.WriteInt64(-1);
            // By time of day nothing is found.
            answer.WriteInt64(time switch { Earliest => start, Latest => end, _ => -1 });
            if (version >= 4)
                answer.WriteInt32(-1);
        });
    }

    /// <summary>Reads topics with partitions, and writes them with what is answered for each; a partition's number stands in the answer as in the request.</summary>
    static void AnswerEach(ref RequestReader reader, FrameWriter answer, PartitionAnswer write)
    {
        var topics = reader.ReadInt32();
        answer.WriteInt32(topics);
        for (; topics > 0; topics--)
        {
            var topic = ReadName(ref reader, answer);
            var partitions = reader.ReadInt32();
            answer.WriteInt32(partitions);
            for (; partitions > 0; partitions--)
            {
                var partition = reader.ReadInt32();
                answer.WriteInt32(partition);
                write(ref reader, topic, partition);
            }
        }
    }

    static (List<FetchPart> Parts, FetchTerms Terms) ReadFetch(ReadOnlySpan<byte> frame, short version)
    {
        var reader = Body(frame);
        reader.ReadInt32();
        var wait = reader.ReadInt32();
        var leastBytes = reader.ReadInt32();
        var mostBytes = reader.ReadInt32();
        reader.Read(1);
        if (version >= 7)
            reader.Read(8); // Session and epoch: each fetch names all that it wants.
        var parts = new List<FetchPart>();
        for (var topics = reader.ReadInt32(); topics > 0; topics--)
        {
            var name = reader.ReadString() ?? "";
            for (var partitions = reader.ReadInt32(); partitions > 0; partitions--)
            {
                var partition = reader.ReadInt32();
                if (version >= 9)
                    reader.ReadInt32();
                var offset = reader.ReadInt64();
                if (version >= 5)
                    reader.ReadInt64();
                parts.Add(new FetchPart(name, partition, offset, reader.ReadInt32()));
            }
        }

        return (parts, new FetchTerms(leastBytes, mostBytes, TimeSpan.FromMilliseconds(wait)));
    }

    static FetchedPart[] Failed(IEnumerable<FetchPart> parts, short failure) => [.. parts.Select(x => new FetchedPart(x, (KafkaError)failure, -1, -1, []))];

    static void WriteFetched(FrameWriter answer, short version, FetchedPart[] fetched)
    {
        answer.WriteInt32(0);
        if (version >= 7)
        {
            answer.WriteInt16(0);
            answer.WriteInt32(0);
        }

        var topics = fetched.GroupBy(x => x.Part.Topic).ToArray();
        answer.WriteInt32(topics.Length);
        foreach (var topic in topics)
        {
            var name = Encoding.UTF8.GetBytes(topic.Key);
            answer.WriteInt16((short)name.Length);
            answer.Write(name);
            answer.WriteInt32(topic.Count());
            foreach (var part in topic)
                WritePart(answer, version, part);
        }
    }

    static void WritePart(FrameWriter answer, short version, FetchedPart part)
    {
        answer.WriteInt32(part.Part.Partition);
        answer.WriteInt16((short)part.Error);
        answer.WriteInt64(part.End);
        answer.WriteInt64(part.End);
        if (version >= 5)
            answer.WriteInt64(part.Start);
        answer.WriteInt32(0); // No aborted transactions.
        if (version >= 11)
            answer.WriteInt32(-1); // No other replica to read from.
        answer.WriteInt32(part.Bytes);
        foreach (var batch in part.Batches)
            answer.Write(batch.Bytes);
    }

    /// <summary>A topic's name, which stands in the answer as in the request.</summary>
    static string ReadName(ref RequestReader reader, FrameWriter answer)
    {
        var length = reader.ReadInt16();
        var name = reader.Read(length);
        answer.WriteInt16(length);
        answer.Write(name);
        return Encoding.UTF8.GetString(name);
    }

    /// <summary>Reads what a request says of a partition, and writes the answer.</summary>
    delegate void PartitionAnswer(ref RequestReader reader, string topic, int partition);
}
