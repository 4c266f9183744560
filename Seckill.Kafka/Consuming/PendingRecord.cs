using Confluent.Kafka;
using MassTransit.Transports;

namespace Seckill.Kafka.Consuming;

/// <summary>A record from the moment that it was read until its offset may pass. Guarded by the dispatcher's lock where not noted.</summary>
sealed class PendingRecord(RecordDispatcher dispatcher, PartitionProgress partition, ConsumeResult<byte[]?, byte[]?> result, bool isKeyed)
    : IThreadPoolWorkItem
{
    readonly Lock _attemptLock = new();
    ConsumeResult<byte[]?, byte[]?>? _result = result;
    BaseReceiveContext? _attempt;
    bool _isCancelled;

    public PartitionProgress Partition { get; } = partition;

    public long Offset { get; } = result.Offset.Value;

    public RecordKey? Key { get; } = isKeyed ? new RecordKey(result.Message.Key!) : null;

    /// <summary>The next record of the same key, which starts when this one is done.</summary>
    public PendingRecord? Next { get; set; }

    public bool IsDone { get; private set; }

    /// <summary>The record; gone once it is done. Read by the thread that handles it.</summary>
    public ConsumeResult<byte[]?, byte[]?> Result => _result ?? throw new InvalidOperationException($"Record {Offset} is done with.");

    /// <summary>Says which attempt runs, so that it can be cancelled. Any thread.</summary>
    public void Attempting(BaseReceiveContext? attempt)
    {
        lock (_attemptLock)
        {
            _attempt = attempt;
            if (_isCancelled)
                attempt?.Cancel();
        }
    }

    /// <summary>Cancels the attempt that runs, and any later one. Any thread.</summary>
    public void CancelAttempt()
    {
        lock (_attemptLock)
        {
            _isCancelled = true;
            _attempt?.Cancel();
        }
    }

    public void Done()
    {
        IsDone = true;
        _result = null;
    }

    void IThreadPoolWorkItem.Execute() => dispatcher.Run(this);
}
