namespace Seckill.Kafka;

/// <summary>The headers of a record. A record's body is the message alone; everything about it is here, as UTF-8 text.</summary>
public static class KafkaHeaderNames
{
    /// <summary>The message's type as MassTransit's URN, such as <c>urn:message:Seckill.Contracts:SeckillRequested</c>.</summary>
    public const string MessageType = "mt-message-type";

    /// <summary>The message's id.</summary>
    public const string MessageId = "mt-message-id";

    /// <summary>The correlation id, where the message's type has one by MassTransit's conventions.</summary>
    public const string CorrelationId = "mt-correlation-id";

    /// <summary>When the record was produced: UTC, ISO 8601.</summary>
    public const string SentTime = "mt-sent-time";

    /// <summary>W3C trace context: the span that produced the record. Only where that is recorded.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>W3C trace context: vendors' additions.</summary>
    public const string TraceState = "tracestate";

    /// <summary>Dead letter: type of the exception.</summary>
    public const string DeadLetterException = "dead-letter-exception";

    /// <summary>Dead letter: message of the exception.</summary>
    public const string DeadLetterReason = "dead-letter-reason";

    /// <summary>Dead letter: stack of the exception, cut off at 4,000 characters.</summary>
    public const string DeadLetterStack = "dead-letter-stack";

    /// <summary>Dead letter: topic that the record was read from.</summary>
    public const string DeadLetterTopic = "dead-letter-source-topic";

    /// <summary>Dead letter: partition that the record was read from.</summary>
    public const string DeadLetterPartition = "dead-letter-source-partition";

    /// <summary>Dead letter: offset that the record was read from.</summary>
    public const string DeadLetterOffset = "dead-letter-source-offset";

    /// <summary>Dead letter: consumer group that gave up.</summary>
    public const string DeadLetterGroup = "dead-letter-group";

    /// <summary>Dead letter: how often the record was tried; 0 if it could not even be read.</summary>
    public const string DeadLetterAttempts = "dead-letter-attempts";

    /// <summary>Dead letter: time of the first failure.</summary>
    public const string DeadLetterFirstFailedAt = "dead-letter-first-failed-at";

    /// <summary>Dead letter: time of the last failure.</summary>
    public const string DeadLetterLastFailedAt = "dead-letter-last-failed-at";

    /// <summary>Of a dead letter that has but the beginning of its record, which was too large: how many bytes the record had.</summary>
    public const string DeadLetterCutFrom = "dead-letter-cut-from";
}
