namespace Seckill.Kafka.Consuming;

/// <summary>Decides, after each failure of a record, how long to wait before the next attempt, or that there is none.</summary>
sealed class RetryPolicy(KafkaRetryOptions options, Func<Exception, bool> isTransient, TimeSpan maxTransientInterval)
{
    static readonly TimeSpan FirstTransientInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>The wait, or null if the record is to be given up.</summary>
    /// <param name="exception">Why the attempt failed.</param>
    /// <param name="history">What has happened to the record; counts the failure.</param>
    public TimeSpan? AfterFailure(Exception exception, FailureHistory history)
    {
        if (IsTransient(exception))
            return Grow(FirstTransientInterval, 2, history.TransientFailures++, maxTransientInterval);

        history.Failures++;
        return history.Failures >= options.Attempts
            ? null
            : Grow(options.InitialInterval, options.BackoffFactor, history.Failures - 1, options.MaxInterval);
    }

    bool IsTransient(Exception exception) => exception is AggregateException aggregate
        ? aggregate.InnerExceptions.Any(IsTransient)
        : isTransient(exception) || (exception.InnerException is { } inner && IsTransient(inner));

    static TimeSpan Grow(TimeSpan first, double factor, int times, TimeSpan max)
    {
        var milliseconds = Math.Min(first.TotalMilliseconds * Math.Pow(factor, times), max.TotalMilliseconds);
        // Spread by a tenth, so that records which failed together do not come back together.
        return TimeSpan.FromMilliseconds(milliseconds * (0.9 + (0.1 * Random.Shared.NextDouble())));
    }
}
