namespace Seckill.Kafka.Consuming;

/// <summary>Sees a record through to its end.</summary>
interface IRecordHandler
{
    /// <summary>
    /// Handles a record, with retries, or dead-letters it. True if its offset may pass; false if the partition moved away before that, so that
    /// whoever reads it next gets the record again.
    /// </summary>
    Task<bool> Handle(PendingRecord record);
}
