using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Seckill.Kafka;

/// <summary>How messages are written and read unless the rider is told otherwise.</summary>
public static class KafkaJson
{
    /// <summary>
    /// As the web does, in camel case; and strictly: null where the message's type knows none makes a record unreadable, which would else fail in whoever
    /// consumes it, again and again.
    /// </summary>
    public static JsonSerializerOptions Default { get; } = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };
}
