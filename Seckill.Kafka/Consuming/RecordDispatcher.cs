using System.Runtime.InteropServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Seckill.Kafka.Consuming;

/// <summary>
/// Runs records of all assigned partitions on the thread pool: many at once, one at a time and in order per key, and knows how far each partition is done
/// without a gap.
/// </summary>
sealed class RecordDispatcher(IRecordHandler handler, int concurrency, int capacity, ILogger logger)
{
    readonly object _sync = new();
    readonly Queue<PendingRecord> _ready = new();
    int _running;
    int _inFlight;
    Func<bool>? _awaited;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Takes a record. Called in the order of offsets.</summary>
    public void Add(PartitionProgress partition, ConsumeResult<byte[]?, byte[]?> result)
    {
        // An empty key is a key; no key means that order does not matter.
        var record = new PendingRecord(this, partition, result, result.Message.Key is not null);
        lock (_sync)
        {
            partition.Read(record);
            partition.Waiting++;
            _inFlight++;
            if (record.Key is { } key)
            {
                ref var tail = ref CollectionsMarshal.GetValueRefOrAddDefault(partition.Tails, key, out var isKeyBusy);
                var before = tail;
                tail = record;
                if (isKeyBusy)
                {
                    before!.Next = record;
                    return;
                }
            }

            if (_running >= concurrency)
            {
                _ready.Enqueue(record);
                return;
            }

            _running++;
            Start(record);
        }
    }

    /// <summary>
    /// At capacity, waits until there is room for many; what room there is after <paramref name="patience"/> will do. False when that is none, as where nothing gets done.
    /// </summary>
    public bool WaitForCapacity(TimeSpan patience) => InFlight < capacity || WaitForMuch(patience) || InFlight < capacity;

    /// <summary>Waits until there is room for many; false when there is not after <paramref name="patience"/>.</summary>
    public bool WaitForMuch(TimeSpan patience)
    {
        lock (_sync)
            return WaitUntil(() => _inFlight < capacity - (capacity / 4), patience);
    }

    /// <summary>Reads the offsets that moved since the last call.</summary>
    public List<TopicPartitionOffset> TakeOffsets(IEnumerable<PartitionProgress> partitions)
    {
        lock (_sync)
            return [.. partitions.Select(partition => partition.TakeOffset()).OfType<TopicPartitionOffset>()];
    }

    /// <summary>How many records of the partition are done though one before them is not.</summary>
    public int AheadOf(PartitionProgress partition)
    {
        lock (_sync)
            return partition.Ahead;
    }

    /// <summary>Up to where everything of the partition is done; null before its first record.</summary>
    public long? PositionOf(PartitionProgress partition)
    {
        lock (_sync)
            return partition.Position;
    }

    /// <summary>Starts nothing more of these partitions. Records that have not begun are dropped: their offsets do not pass.</summary>
    public void Leave(IReadOnlyCollection<PartitionProgress> partitions)
    {
        lock (_sync)
        {
            foreach (var partition in partitions)
            {
                partition.Leave();
                _inFlight -= partition.Waiting;
                partition.Waiting = 0;
            }
        }

        foreach (var partition in partitions)
            partition.CancelWaits();
    }

    /// <summary>Waits for the records of these partitions that are being handled; false if they took longer.</summary>
    public bool Drain(IReadOnlyCollection<PartitionProgress> partitions, TimeSpan patience)
    {
        lock (_sync)
            return WaitUntil(() => partitions.All(partition => partition.Running.Count == 0), patience);
    }

    /// <summary>Tells the records of these partitions that are being handled to stop.</summary>
    public void Cancel(IReadOnlyCollection<PartitionProgress> partitions)
    {
        PendingRecord[] running;
        lock (_sync)
            running = [.. partitions.SelectMany(partition => partition.Running)];
        foreach (var record in running)
            record.CancelAttempt();
    }

    /// <summary>Handles a record on the calling thread pool thread.</summary>
    public void Run(PendingRecord record) => _ = RunAsync(record);

    async Task RunAsync(PendingRecord record)
    {
        var mayPass = false;
        try
        {
            mayPass = await handler.Handle(record).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The handler deals with every failure of a record; this is a bug in it. The offset stays, and the log says why.
            logger.LogCritical(exception, "Record {Partition}@{Offset} could not be handled", record.Partition.TopicPartition, record.Offset);
        }

        Finish(record, mayPass);
    }

    static void Start(PendingRecord record)
    {
        record.Partition.Waiting--;
        record.Partition.Running.Add(record);
        ThreadPool.UnsafeQueueUserWorkItem(record, preferLocal: false);
    }

    void Finish(PendingRecord record, bool mayPass)
    {
        var partition = record.Partition;
        lock (_sync)
        {
            _inFlight--;
            partition.Running.Remove(record);
            if (mayPass)
                partition.Complete(record);

            if (record.Next is { } next)
                _ready.Enqueue(next);
            else if (record.Key is { } key)
                partition.Tails.Remove(key);

            _running--;
            while (_running < concurrency && _ready.TryDequeue(out var ready))
            {
                if (ready.Partition.IsLeaving)
                    continue;
                _running++;
                Start(ready);
            }

            // Looked at here, since to wake the one who waits for it for each record would cost more than the record.
            if (_awaited is { } awaited && awaited())
                Monitor.PulseAll(_sync);
        }
    }

    bool WaitUntil(Func<bool> condition, TimeSpan patience)
    {
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        _awaited = condition;
        try
        {
            while (!condition())
            {
                var left = deadline - Environment.TickCount64;
                if (left <= 0)
                    return false;
                Monitor.Wait(_sync, (int)left);
            }

            return true;
        }
        finally
        {
            _awaited = null;
        }
    }
}
