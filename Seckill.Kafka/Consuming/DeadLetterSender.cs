using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Seckill.Kafka.Producing;

namespace Seckill.Kafka.Consuming;

/// <summary>Puts a record that cannot be handled into the dead-letter topic: its bytes, key and headers as they were, and why it is there.</summary>
sealed class DeadLetterSender(KafkaProducerClient producer, EndpointSettings settings, TimeProvider time, ILogger logger)
{
    const int MaxStackCharacters = 4000;
    const int MaxReasonCharacters = 1000;
    const int MaxCuts = 2;
    const int MaxCutReasonCharacters = 100;
    const int MaxCutValueBytes = 64 * 1024;
    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    /// <summary>Sends until Kafka confirms; false if the partition moved away before that.</summary>
    public async Task<bool> Send(PendingRecord record, Exception cause, FailureHistory history)
    {
        var result = record.Result;
        logger.LogError(
            cause,
            "{Topic}[{Partition}]@{Offset} goes to {DeadLetterTopic} after {Attempts} attempts",
            result.Topic,
            result.Partition.Value,
            result.Offset.Value,
            settings.DeadLetterTopic,
            history.Attempts);
        var cuts = 0;
        var letter = Letter(result, cause, history, cuts);
        var wait = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            try
            {
                await producer.Produce(settings.DeadLetterTopic, letter, null, record.Partition.Leaving).ConfigureAwait(false);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
            catch (KafkaProduceException exception) when (exception.Code == nameof(ErrorCode.MsgSizeTooLarge) && cuts < MaxCuts)
            {
                // The record was about as large as one may be, and with what is said about it, it is larger.
                letter = Letter(result, cause, history, ++cuts);
                logger.LogWarning(exception, "The dead letter of {Partition}@{Offset} is too large and is shortened", result.TopicPartition, result.Offset.Value);
                continue;
            }
            catch (KafkaProduceException exception)
            {
                // The record's offset must not pass without its letter, so there is nothing to do but to try again.
                logger.LogWarning(exception, "The dead letter of {Partition}@{Offset} is tried again", result.TopicPartition, result.Offset.Value);
            }

            try
            {
                await Task.Delay(wait, time, record.Partition.Leaving).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, MaxWait.Ticks));
        }
    }

    /// <summary>The letter. Cut once, it says less about the cause; cut twice, it has but the beginning of the record, and none of its headers.</summary>
    Message<byte[]?, byte[]?> Letter(ConsumeResult<byte[]?, byte[]?> result, Exception cause, FailureHistory history, int cuts)
    {
        var headers = new Headers();
        var value = result.Message.Value;
        if (cuts == MaxCuts && value is { Length: > MaxCutValueBytes })
        {
            Add(headers, KafkaHeaderNames.DeadLetterCutFrom, value.Length.ToString(CultureInfo.InvariantCulture));
            value = value[..MaxCutValueBytes];
        }

        foreach (var header in cuts == MaxCuts ? [] : result.Message.Headers ?? [])
            headers.Add(header.Key, header.GetValueBytes());
        Add(headers, KafkaHeaderNames.DeadLetterException, cause.GetType().FullName ?? cause.GetType().Name);
        Add(headers, KafkaHeaderNames.DeadLetterReason, Cut(cause.Message, cuts == 0 ? MaxReasonCharacters : MaxCutReasonCharacters));
        if (cuts == 0)
            Add(headers, KafkaHeaderNames.DeadLetterStack, Cut(cause.ToString(), MaxStackCharacters));
        Add(headers, KafkaHeaderNames.DeadLetterTopic, result.Topic);
        Add(headers, KafkaHeaderNames.DeadLetterPartition, result.Partition.Value.ToString(CultureInfo.InvariantCulture));
        Add(headers, KafkaHeaderNames.DeadLetterOffset, result.Offset.Value.ToString(CultureInfo.InvariantCulture));
        Add(headers, KafkaHeaderNames.DeadLetterGroup, settings.GroupId);
        Add(headers, KafkaHeaderNames.DeadLetterAttempts, history.Attempts.ToString(CultureInfo.InvariantCulture));
        Add(headers, KafkaHeaderNames.DeadLetterFirstFailedAt, history.FirstFailedAt.ToString("O", CultureInfo.InvariantCulture));
        Add(headers, KafkaHeaderNames.DeadLetterLastFailedAt, history.LastFailedAt.ToString("O", CultureInfo.InvariantCulture));
        return new Message<byte[]?, byte[]?>
        {
            Key = result.Message.Key,
            Value = value,
            Headers = headers,
        };
    }

    static void Add(Headers headers, string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));

    static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
