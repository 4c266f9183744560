using System.Diagnostics.CodeAnalysis;
using MassTransit;
using MassTransit.Serialization;

namespace Seckill.Kafka.Consuming;

/// <summary>Gives MassTransit the message that was read already; sends that copy it go out as MassTransit's JSON.</summary>
sealed class KafkaSerializerContext<T>(MessageContext context, T message)
    : BaseSerializerContext(SystemTextJsonMessageSerializer.Instance, context, MessageTypeCache<T>.MessageTypeNames)
    where T : class
{
    public override bool IsSupportedMessageType<TMessage>() => IsSupportedMessageType(typeof(TMessage));

    public override bool IsSupportedMessageType(Type messageType) => messageType.IsAssignableFrom(typeof(T));

    public override bool TryGetMessage<TMessage>(out TMessage? result)
        where TMessage : class
    {
        result = message as TMessage;
        return result is not null;
    }

    public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? result)
    {
        result = IsSupportedMessageType(messageType) ? message : null;
        return result is not null;
    }

    public override IMessageSerializer GetMessageSerializer() => GetMessageSerializer(message, SupportedMessageTypes);

    public override IMessageSerializer GetMessageSerializer<TMessage>(MessageEnvelope envelope, TMessage overlay)
    {
        var serializer = new SystemTextJsonBodyMessageSerializer(
            envelope, SystemTextJsonMessageSerializer.JsonContentType, SystemTextJsonMessageSerializer.Options);
        serializer.Overlay(overlay);
        return serializer;
    }

    public override IMessageSerializer GetMessageSerializer(object copy, string[] messageTypes) => new SystemTextJsonBodyMessageSerializer(
        new JsonMessageEnvelope(this, copy, messageTypes), SystemTextJsonMessageSerializer.JsonContentType, SystemTextJsonMessageSerializer.Options);

    public override Dictionary<string, object> ToDictionary<TMessage>(TMessage? value)
        where TMessage : class => SystemTextJsonMessageSerializer.Instance.DeserializeObject<Dictionary<string, object>>(value) ?? [];
}
