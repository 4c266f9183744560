using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Confluent.Kafka;
using MassTransit;

namespace Seckill.Kafka.Producing;

/// <inheritdoc cref="ITopicProducer{T}"/>
sealed class TopicProducer<T> : ITopicProducer<T>
    where T : class
{
    static readonly byte[] MessageType = Encoding.UTF8.GetBytes(MessageUrn.ForTypeString<T>());

    readonly KafkaProducerClient _client;
    readonly string _topic;
    readonly KafkaKeyResolver<T> _keyOf;
    readonly JsonTypeInfo<T> _json;
    readonly bool _describe;
    readonly TimeProvider _time;
    readonly string _activityName;

    public TopicProducer(KafkaProducerClient client, string topic, KafkaKeyResolver<T> keyOf, JsonSerializerOptions json, bool describe, TimeProvider time)
    {
        _client = client;
        _topic = topic;
        _keyOf = keyOf;
        _json = (JsonTypeInfo<T>)json.GetTypeInfo(typeof(T));
        _describe = describe;
        _time = time;
        _activityName = topic + " send";
    }

    public Task Produce(T message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Produce(_keyOf(new KafkaProduceContext<T>(message)), message, null, cancellationToken);
    }

    public async Task Produce(
        string? key, T message, IEnumerable<KeyValuePair<string, string>>? headers = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var activity = StartActivity();
        var record = new Message<byte[]?, byte[]?>
        {
            Key = key is null ? null : Encoding.UTF8.GetBytes(key),
            Value = JsonSerializer.SerializeToUtf8Bytes(message, _json),
            Headers = HeadersOf(message, headers),
        };
        try
        {
            await _client.Produce(_topic, record, message, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaProduceException exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Code);
            throw;
        }
    }

    Activity? StartActivity()
    {
        if (Activity.Current is not { Recorded: true })
            return null;

        var activity = KafkaInstruments.Activities.StartActivity(_activityName, ActivityKind.Producer);
        activity?.SetTag("messaging.system", "kafka");
        activity?.SetTag("messaging.destination.name", _topic);
        return activity;
    }

    /// <summary>Null where there are none: each costs a call of the client here, and another one where the record is read.</summary>
    Confluent.Kafka.Headers? HeadersOf(T message, IEnumerable<KeyValuePair<string, string>>? more)
    {
        // Nobody would record what follows from a span that is not: most records carry no context.
        var traced = Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: not null } current ? current : null;
        if (!_describe && traced is null && more is null)
            return null;

        var headers = new Confluent.Kafka.Headers();
        if (_describe)
            Describe(message, headers);
        if (traced is not null)
        {
            headers.Add(KafkaHeaderNames.TraceParent, Encoding.UTF8.GetBytes(traced.Id!));
            if (traced.TraceStateString is { Length: > 0 } traceState)
                headers.Add(KafkaHeaderNames.TraceState, Encoding.UTF8.GetBytes(traceState));
        }

        foreach (var (name, value) in more ?? [])
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        return headers;
    }

    void Describe(T message, Confluent.Kafka.Headers headers)
    {
        headers.Add(KafkaHeaderNames.MessageType, MessageType);
        headers.Add(KafkaHeaderNames.MessageId, Encoding.UTF8.GetBytes(NewId.NextGuid().ToString("D", CultureInfo.InvariantCulture)));
        headers.Add(KafkaHeaderNames.SentTime, Encoding.UTF8.GetBytes(_time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)));
        if (message is CorrelatedBy<Guid> correlated)
            headers.Add(KafkaHeaderNames.CorrelationId, Encoding.UTF8.GetBytes(correlated.CorrelationId.ToString("D", CultureInfo.InvariantCulture)));
    }
}
