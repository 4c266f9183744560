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
        var letter = Letter(result, cause, history);
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

    Message<byte[]?, byte[]?> Letter(ConsumeResult<byte[]?, byte[]?> result, Exception cause, FailureHistory history)
    {
        var headers = new Headers();
        foreach (var header in result.Message.Headers ?? [])
            headers.Add(header.Key, header.GetValueBytes());
        Add(headers, KafkaHeaderNames.DeadLetterException, cause.GetType().FullName ?? cause.GetType().Name);
        Add(headers, KafkaHeaderNames.DeadLetterReason, Cut(cause.Message, MaxReasonCharacters));
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
            Value = result.Message.Value,
            Headers = headers,
        };
    }

    static void Add(Headers headers, string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));

    static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
