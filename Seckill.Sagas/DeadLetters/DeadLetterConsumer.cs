using System.Text;
using System.Text.Json;

using MassTransit;

using Seckill.Contracts;
using Seckill.Kafka;

namespace Seckill.Sagas.DeadLetters;

/// <summary>
/// Topic <c>compensation_dlq</c>: the last attempts, then the archive. Deduplicates on the order id. A record is acknowledged when its order is at an end
/// or in the archive, and never before.
/// </summary>
public sealed class DeadLetterConsumer(DeadLetterProcess process) : IConsumer<CompensationDeadLetter>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<CompensationDeadLetter> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return process.HandleAsync(context.Message, context.CancellationToken);
    }

    /// <summary>
    /// What is no dead letter of compensation: an order, or its hand-over, that the rider gave up goes the same way as one; anything else is kept as the bytes it is.
    /// </summary>
    public static Task HandleUnreadableAsync(DeadLetterProcess process, UnreadableRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(process);
        ArgumentNullException.ThrowIfNull(record);
        var headers = Texts(record.Headers);
        var reason = headers.GetValueOrDefault(KafkaHeaderNames.DeadLetterReason) ?? "the rider gave it up";
        if (TryRead<CompensateOrder>(record.Value) is { } handedOver)
        {
            return process.HandleAsync(
                new CompensationDeadLetter
                {
                    Request = handedOver.Request,
                    Cause = handedOver.Cause,
                    Error = $"{handedOver.Error}; then {reason}",
                    Attempts = 0,
                    FirstFailedAt = handedOver.FailedAt,
                },
                cancellationToken);
        }

        if (TryRead<SeckillRequested>(record.Value) is { } request)
        {
            return process.HandleAsync(
                new CompensationDeadLetter { Request = request, Cause = Compensation.FailureCauses.Other, Error = reason, Attempts = 0, FirstFailedAt = record.ProducedAt },
                cancellationToken);
        }

        return process.ArchiveUnreadableAsync(
            new UnreadableLetter(record.Topic, record.Partition, record.Offset, record.Value, headers, record.Reason.Message, record.ProducedAt), cancellationToken);
    }

    static T? TryRead<T>(byte[] value)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(value, KafkaJson.Default);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Headers as text; in Base64 where they are none. Of several with one name the last counts.</summary>
    static Dictionary<string, string> Texts(IReadOnlyList<KeyValuePair<string, byte[]>> headers)
    {
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        var texts = new Dictionary<string, string>();
        foreach (var (name, value) in headers)
        {
            try
            {
                texts[name] = strict.GetString(value ?? []);
            }
            catch (DecoderFallbackException)
            {
                texts[name] = Convert.ToBase64String(value!);
            }
        }

        return texts;
    }
}
