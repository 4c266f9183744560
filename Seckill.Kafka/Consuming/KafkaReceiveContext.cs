using System.Text;
using Confluent.Kafka;
using MassTransit;
using MassTransit.Serialization;
using MassTransit.Transports;

namespace Seckill.Kafka.Consuming;

/// <summary>One attempt at one record, as MassTransit's pipeline sees it.</summary>
sealed class KafkaReceiveContext<T> : BaseReceiveContext, IKafkaConsumeContext, MessageContext
    where T : class
{
    readonly ConsumeResult<byte[]?, byte[]?> _result;
    readonly KafkaRecordHeaders _headers;
    readonly ReceiveEndpointContext _endpoint;

    public KafkaReceiveContext(ReceiveEndpointContext endpoint, ConsumeResult<byte[]?, byte[]?> result, T message, string groupId, int attempt)
        : base(attempt > 1, endpoint)
    {
        _endpoint = endpoint;
        _result = result;
        _headers = new KafkaRecordHeaders(result.Message.Headers);
        GroupId = groupId;
        Attempt = attempt;
        Body = new BytesMessageBody(result.Message.Value);

        ConsumeContext consumeContext = new BodyConsumeContext(this, new KafkaSerializerContext<T>(this, message));
        AddOrUpdatePayload(() => consumeContext, _ => consumeContext);
    }

    public string Topic => _result.Topic;

    public int Partition => _result.Partition.Value;

    public long Offset => _result.Offset.Value;

    public string? Key => _result.Message.Key is { } key ? Encoding.UTF8.GetString(key) : null;

    public string GroupId { get; }

    public int Attempt { get; }

    public override MessageBody Body { get; }

    protected override IHeaderProvider HeaderProvider => _headers;

    Guid? MessageContext.MessageId => _headers.Id(KafkaHeaderNames.MessageId);

    Guid? MessageContext.CorrelationId => _headers.Id(KafkaHeaderNames.CorrelationId);

    DateTime? MessageContext.SentTime => _headers.Time(KafkaHeaderNames.SentTime) ?? RecordTime.Of(_result.Message.Timestamp).UtcDateTime;

    Guid? MessageContext.RequestId => null;

    Guid? MessageContext.ConversationId => null;

    Guid? MessageContext.InitiatorId => null;

    DateTime? MessageContext.ExpirationTime => null;

    Uri? MessageContext.SourceAddress => null;

    Uri? MessageContext.DestinationAddress => InputAddress;

    Uri? MessageContext.ResponseAddress => null;

    Uri? MessageContext.FaultAddress => null;

    MassTransit.Headers MessageContext.Headers => TransportHeaders;

    HostInfo MessageContext.Host => null!;

    /// <summary>A failed attempt is news for observers, not an error in the log: the endpoint logs when it gives a record up.</summary>
    public override Task NotifyFaulted<TMessage>(ConsumeContext<TMessage> context, TimeSpan duration, string consumerType, Exception exception) =>
        _endpoint.ReceiveObservers.ConsumeFault(context, duration, consumerType, exception);

    /// <inheritdoc cref="NotifyFaulted{T}"/>
    public override Task NotifyFaulted(Exception exception) => _endpoint.ReceiveObservers.ReceiveFault(this, exception);
}
