namespace Seckill.Kafka.Consuming;

/// <summary>What went wrong with one record so far.</summary>
sealed class FailureHistory
{
    public int Failures { get; set; }

    public int TransientFailures { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset FirstFailedAt { get; private set; }

    public DateTimeOffset LastFailedAt { get; private set; }

    public void FailedAt(DateTimeOffset now)
    {
        if (FirstFailedAt == default)
            FirstFailedAt = now;
        LastFailedAt = now;
    }
}
