namespace Seckill.DevKafka;

/// <summary>The records of a partition, in memory. Beyond <see cref="MostBytes"/> the oldest go, as by <c>retention.bytes</c>. Not thread-safe.</summary>
sealed class PartitionLog
{
    /// <summary>Enough for the backlog of a large test in few partitions.</summary>
    public const long MostBytes = 32 * 1024 * 1024;

    readonly ProducerSequences _producers = new();
    readonly List<RecordBatch> _batches = [];
    int _dropped;
    long _bytes;

    /// <summary>The number of the broker that leads, from 1; 0 while there is none.</summary>
    public int Leader { get; set; }

    /// <summary>The offset of the oldest record that is there.</summary>
    public long Start => _dropped < _batches.Count ? _batches[_dropped].BaseOffset : End;

    /// <summary>The offset that the next record gets.</summary>
    public long End { get; private set; }

    /// <summary>Fetches that wait for records of this partition.</summary>
    public List<FetchWait> Waits { get; } = [];

    /// <summary>Stores batches that were sent together; returns the offset of the first record.</summary>
    public (KafkaError Error, long BaseOffset) Append(ReadOnlySpan<byte> batches)
    {
        long? first = null;
        while (!batches.IsEmpty)
        {
            if (RecordBatch.SizeOf(batches) is not { } size)
                return (KafkaError.UnsupportedForMessageFormat, -1);
            var (error, offset) = AppendOne(batches[..size]);
            if (error != KafkaError.None)
                return (error, -1);
            first ??= offset;
            batches = batches[size..];
        }

        return first is { } baseOffset ? (KafkaError.None, baseOffset) : (KafkaError.UnsupportedForMessageFormat, -1);
    }

    /// <summary>Appends to <paramref name="found"/> the batches from an offset on, of so many bytes, and at least one where there is one.</summary>
    public KafkaError Read(long offset, int mostBytes, List<RecordBatch> found)
    {
        if (offset < Start || offset > End)
            return KafkaError.OffsetOutOfRange;
        if (offset == End)
            return KafkaError.None;
        var bytes = 0;
        for (var i = Find(offset); i < _batches.Count && (bytes == 0 || bytes + _batches[i].Bytes.Length <= mostBytes); i++)
        {
            found.Add(_batches[i]);
            bytes += _batches[i].Bytes.Length;
        }

        return KafkaError.None;
    }

    (KafkaError Error, long BaseOffset) AppendOne(ReadOnlySpan<byte> bytes)
    {
        var (id, epoch, sequence) = RecordBatch.ProducerOf(bytes);
        var count = RecordBatch.CountOf(bytes);
        var (error, storedAt) = _producers.Check(id, epoch, sequence, count);
        if (error != KafkaError.None || storedAt is not null)
            return (error, storedAt ?? -1);

        var batch = RecordBatch.At(End, bytes);
        _producers.Add(id, epoch, sequence, count, batch.BaseOffset);
        _batches.Add(batch);
        End = batch.End;
        _bytes += batch.Bytes.Length;
        while (_bytes > MostBytes && _dropped < _batches.Count - 1)
            _bytes -= _batches[_dropped++].Bytes.Length;
        if (_dropped > _batches.Count / 2)
        {
            _batches.RemoveRange(0, _dropped);
            _dropped = 0;
        }

        foreach (var wait in Waits)
            wait.OnAppended(batch.Bytes.Length);
        return (KafkaError.None, batch.BaseOffset);
    }

    /// <summary>The batch that has this offset, which is between the start and the end.</summary>
    int Find(long offset)
    {
        var (low, high) = (_dropped, _batches.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_batches[middle].BaseOffset <= offset)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}
