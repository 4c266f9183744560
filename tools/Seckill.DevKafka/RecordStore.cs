namespace Seckill.DevKafka;

/// <summary>The records of all topics of a cluster, and the errors that its next produce and fetch requests are to get. All members may be called from any thread.</summary>
sealed class RecordStore
{
    readonly Lock _lock = new();
    readonly Dictionary<string, PartitionLog[]> _topics = new(StringComparer.Ordinal);
    readonly Dictionary<short, Queue<short>> _failures = [];

    /// <summary>A topic is there; its partitions have no leader yet.</summary>
    public void Add(TopicSpec topic)
    {
        lock (_lock)
            _topics.Add(topic.Name, [.. Enumerable.Range(0, topic.Partitions).Select(_ => new PartitionLog())]);
    }

    /// <summary>A partition has this leader from now on. Who waits for its records at the old one finds out with the next fetch.</summary>
    public void Lead(string topic, int partition, int broker)
    {
        lock (_lock)
            _topics[topic][partition].Leader = broker;
    }

    /// <summary>The next requests of a kind get these errors.</summary>
    public void Fail(short api, IEnumerable<short> errors)
    {
        lock (_lock)
        {
            if (!_failures.TryGetValue(api, out var queue))
                _failures[api] = queue = new Queue<short>();
            foreach (var error in errors)
                queue.Enqueue(error);
        }
    }

    /// <summary>The error that a request of a kind is to get; 0 for none.</summary>
    public short NextFailure(short api)
    {
        lock (_lock)
            return _failures.TryGetValue(api, out var queue) && queue.TryDequeue(out var error) ? error : (short)0;
    }

    /// <summary>Stores batches, or says why not; returns where they are, and the oldest offset of the partition.</summary>
    public (KafkaError Error, long BaseOffset, long Start) Append(int broker, string topic, int partition, ReadOnlySpan<byte> batches)
    {
        lock (_lock)
        {
            if (Find(broker, topic, partition, out var log) is not KafkaError.None and var error)
                return (error, -1, -1);
            var (refusal, baseOffset) = log!.Append(batches);
            return (refusal, baseOffset, log.Start);
        }
    }

    /// <summary>The offset that the next record gets, or that of the oldest.</summary>
    public (KafkaError Error, long Start, long End) Bounds(int broker, string topic, int partition)
    {
        lock (_lock)
        {
            return Find(broker, topic, partition, out var log) is not KafkaError.None and var error
                ? (error, -1, -1)
                : (KafkaError.None, log!.Start, log.End);
        }
    }

    /// <summary>
    /// What is there for a fetch; waits where that is less than it wants, unless something is wrong with a partition.
    /// </summary>
    /// <param name="broker">The broker that was asked.</param>
    /// <param name="parts">The partitions, with offsets.</param>
    /// <param name="terms">How much is wanted, and for how long it may be waited for.</param>
    public async Task<FetchedPart[]> FetchAsync(int broker, IReadOnlyList<FetchPart> parts, FetchTerms terms)
    {
        FetchWait wait;
        lock (_lock)
        {
            var found = Read(broker, parts, terms.MostBytes);
            var missing = terms.LeastBytes - found.Sum(x => x.Bytes);
            if (missing <= 0 || terms.Wait <= TimeSpan.Zero || found.Any(x => x.Error != KafkaError.None))
                return found;
            wait = new FetchWait(missing);
            foreach (var part in parts)
                _topics[part.Topic][part.Partition].Waits.Add(wait);
        }

        await wait.EndAsync(terms.Wait).ConfigureAwait(false);
        lock (_lock)
        {
            foreach (var part in parts)
                _topics[part.Topic][part.Partition].Waits.Remove(wait);
            return Read(broker, parts, terms.MostBytes);
        }
    }

    FetchedPart[] Read(int broker, IReadOnlyList<FetchPart> parts, int mostBytes)
    {
        var fetched = new FetchedPart[parts.Count];
        for (var i = 0; i < fetched.Length; i++)
        {
            var part = parts[i];
            var batches = new List<RecordBatch>();
            var error = Find(broker, part.Topic, part.Partition, out var log);
            if (error == KafkaError.None && mostBytes > 0)
                error = log!.Read(part.Offset, Math.Min(part.MostBytes, mostBytes), batches);
            fetched[i] = new FetchedPart(part, error, log?.Start ?? -1, log?.End ?? -1, batches);
            mostBytes -= fetched[i].Bytes;
        }

        return fetched;
    }

    KafkaError Find(int broker, string topic, int partition, out PartitionLog? log)
    {
        log = _topics.TryGetValue(topic, out var logs) && (uint)partition < (uint)logs.Length ? logs[partition] : null;
        return log is null ? KafkaError.UnknownTopicOrPartition : log.Leader == broker ? KafkaError.None : KafkaError.NotLeaderForPartition;
    }
}

/// <summary>A partition that a fetch asks for.</summary>
sealed record FetchPart(string Topic, int Partition, long Offset, int MostBytes);

/// <summary>How much a fetch wants, and how long it may be kept waiting for the least of it.</summary>
sealed record FetchTerms(int LeastBytes, int MostBytes, TimeSpan Wait);

/// <summary>What a fetch gets of a partition.</summary>
sealed record FetchedPart(FetchPart Part, KafkaError Error, long Start, long End, IReadOnlyList<RecordBatch> Batches)
{
    /// <summary>Of all batches together.</summary>
    public int Bytes { get; } = Batches.Sum(x => x.Bytes.Length);
}
