using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Seckill.Kafka.Consuming;

/// <summary>Has a record delivered: deserialised once, tried as the endpoint's retry policy says, then dead-lettered.</summary>
sealed class RecordHandler<T>(
    EndpointSettings settings,
    IRecordDelivery<T> delivery,
    JsonTypeInfo<T> json,
    DeadLetterSender deadLetters,
    TimeProvider time,
    ILogger logger) : IRecordHandler
    where T : class
{
    static readonly TimeSpan FirstHandOverWait = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan LongestHandOverWait = TimeSpan.FromSeconds(10);

    readonly string _activityName = settings.Topic + " process";

    public async Task<bool> Handle(PendingRecord record)
    {
        var result = record.Result;
        if (result.Message.Value is not { } body)
        {
            logger.LogWarning("{Partition}@{Offset} has no value and is skipped", result.TopicPartition, result.Offset.Value);
            return Done("skipped");
        }

        using var activity = StartActivity(result);
        if (!TryDeserialize(body, out var message, out var unreadable))
        {
            if (settings.HandleUnreadable is { } handler)
                return await HandOver(record, body, unreadable, handler, activity).ConfigureAwait(false);

            var history = new FailureHistory();
            history.FailedAt(time.GetUtcNow());
            return await DeadLetter(record, unreadable, history, activity).ConfigureAwait(false);
        }

        return await Attempt(record, message, activity).ConfigureAwait(false);
    }

    async Task<bool> HandOver(
        PendingRecord record, byte[] body, Exception reason, Func<UnreadableRecord, CancellationToken, Task> handler, Activity? activity)
    {
        activity?.SetStatus(ActivityStatusCode.Error, reason.GetType().Name);
        var result = record.Result;
        var unreadable = new UnreadableRecord
        {
            Topic = result.Topic,
            Partition = result.Partition.Value,
            Offset = result.Offset.Value,
            Key = result.Message.Key,
            Value = body,
            Headers = [.. (result.Message.Headers ?? []).Select(header => KeyValuePair.Create(header.Key, header.GetValueBytes()))],
            ProducedAt = RecordTime.Of(result.Message.Timestamp),
            Reason = reason,
        };
        for (var wait = FirstHandOverWait; ; wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, LongestHandOverWait.Ticks)))
        {
            try
            {
                await handler(unreadable, record.Partition.Leaving).ConfigureAwait(false);
                return Done("unreadable");
            }
            catch (Exception) when (record.Partition.IsLeaving)
            {
                return false;
            }
            catch (Exception exception)
            {
                // Its offset must not pass before it is safe.
                logger.LogWarning(exception, "{Partition}@{Offset} can't be read nor put away; next attempt in {Wait}", result.TopicPartition, record.Offset, wait);
            }

            try
            {
                await Task.Delay(wait, time, record.Partition.Leaving).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    async Task<bool> Attempt(PendingRecord record, T message, Activity? activity)
    {
        FailureHistory? history = null;
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                await delivery.Deliver(record, message, attempt).ConfigureAwait(false);
                return Done("handled");
            }
            catch (Exception) when (record.Partition.IsLeaving)
            {
                return false;
            }
            catch (Exception exception)
            {
                history ??= new FailureHistory();
                history.Attempts = attempt;
                history.FailedAt(time.GetUtcNow());
                if (settings.Retry.AfterFailure(exception, history) is not { } pause)
                    return await DeadLetter(record, exception, history, activity).ConfigureAwait(false);
                wait = pause;
                LogRetry(record, exception, attempt, wait);
            }

            try
            {
                await Task.Delay(wait, time, record.Partition.Leaving).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            KafkaInstruments.Retried(settings.Topic, settings.GroupId);
        }
    }

    void LogRetry(PendingRecord record, Exception exception, int attempt, TimeSpan wait)
    {
        // An outage fails many records many times; the first failure of each says enough.
        var level = attempt == 1 ? LogLevel.Warning : LogLevel.Debug;
        logger.Log(
            level, exception, "{Partition}@{Offset} failed at attempt {Attempt}, next in {Wait}", record.Partition.TopicPartition, record.Offset, attempt, wait);
    }

    async Task<bool> DeadLetter(PendingRecord record, Exception cause, FailureHistory history, Activity? activity)
    {
        activity?.SetStatus(ActivityStatusCode.Error, cause.GetBaseException().GetType().Name);
        return await deadLetters.Send(record, cause, history).ConfigureAwait(false) && Done("dead_lettered");
    }

    bool Done(string outcome)
    {
        KafkaInstruments.RecordDone(settings.Topic, settings.GroupId, outcome);
        return true;
    }

    bool TryDeserialize(byte[] body, out T message, out Exception unreadable)
    {
        try
        {
            message = JsonSerializer.Deserialize(body, json) ?? throw new JsonException("The body is the JSON literal null.");
            unreadable = null!;
            return true;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException or FormatException)
        {
            message = null!;
            unreadable = exception;
            return false;
        }
    }

    Activity? StartActivity(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (!KafkaInstruments.Activities.HasListeners())
            return null;
        // Only what is traced has the header: all other records begin nothing.
        var headers = new KafkaRecordHeaders(result.Message.Headers);
        if (headers.Text(KafkaHeaderNames.TraceParent) is not { } traceParent
            || !ActivityContext.TryParse(traceParent, headers.Text(KafkaHeaderNames.TraceState), isRemote: true, out var parent)
            || !parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
            return null;

        var activity = KafkaInstruments.Activities.StartActivity(_activityName, ActivityKind.Consumer, parent);
        activity?.SetTag("messaging.system", "kafka");
        activity?.SetTag("messaging.destination.name", result.Topic);
        activity?.SetTag("messaging.consumer.group.name", settings.GroupId);
        activity?.SetTag("messaging.destination.partition.id", result.Partition.Value);
        activity?.SetTag("messaging.kafka.offset", result.Offset.Value);
        return activity;
    }
}
