using Confluent.Kafka;

namespace Seckill.Kafka.Consuming;

/// <summary>
/// One assigned partition: the records that were read from it, in order, up to the oldest that is not done. Guarded by the dispatcher's lock,
/// except for what only the poll loop touches.
/// </summary>
sealed class PartitionProgress : IDisposable
{
    readonly Queue<PendingRecord> _window = new();
    readonly CancellationTokenSource _letGo = new();
    long _next = -1;
    long _stored = -1;

    public PartitionProgress(TopicPartition partition)
    {
        TopicPartition = partition;
        Leaving = _letGo.Token;
    }

    public TopicPartition TopicPartition { get; }

    /// <summary>The last record of each key that is not done.</summary>
    public Dictionary<RecordKey, PendingRecord> Tails { get; } = [];

    /// <summary>Records being handled.</summary>
    public HashSet<PendingRecord> Running { get; } = [];

    /// <summary>Records that wait for their turn.</summary>
    public int Waiting { get; set; }

    /// <summary>How many records are done though one before them is not.</summary>
    public int Ahead => _window.Count - Waiting - Running.Count;

    /// <summary>Up to where everything is done; null before the first record.</summary>
    public long? Position => _window.TryPeek(out var oldest) ? oldest.Offset : _next >= 0 ? _next : null;

    /// <summary>True once the partition moves away: nothing more is started, and waits between attempts end.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Cancelled with <see cref="IsLeaving"/>. Any thread.</summary>
    public CancellationToken Leaving { get; }

    /// <summary>Whether the client was told to pause the partition. Poll loop only.</summary>
    public bool IsPaused { get; set; }

    public void Read(PendingRecord record) => _window.Enqueue(record);

    public void Complete(PendingRecord record)
    {
        record.Done();
        while (_window.TryPeek(out var oldest) && oldest.IsDone)
            _next = _window.Dequeue().Offset + 1;
    }

    /// <summary>The offset to store, if it moved since the last call.</summary>
    public TopicPartitionOffset? TakeOffset()
    {
        if (_next == _stored)
            return null;
        _stored = _next;
        return new TopicPartitionOffset(TopicPartition, _next);
    }

    public void Leave() => IsLeaving = true;

    /// <summary>Ends waits between attempts. Runs continuations, so never under the lock.</summary>
    public void CancelWaits() => _letGo.Cancel();

    public void Dispose() => _letGo.Dispose();
}
