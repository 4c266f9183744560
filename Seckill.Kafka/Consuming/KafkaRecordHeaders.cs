using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using MassTransit.Transports;

namespace Seckill.Kafka.Consuming;

/// <summary>A record's headers as text, decoded when they are asked for.</summary>
sealed class KafkaRecordHeaders(Confluent.Kafka.Headers? headers) : IHeaderProvider
{
    public IEnumerable<KeyValuePair<string, object>> GetAll()
    {
        foreach (var header in headers ?? [])
        {
            if (header.GetValueBytes() is { } value)
                yield return new KeyValuePair<string, object>(header.Key, Encoding.UTF8.GetString(value));
        }
    }

    public bool TryGetHeader(string key, [NotNullWhen(true)] out object? value)
    {
        value = Text(key);
        return value is not null;
    }

    /// <summary>The header's value; the last one, if it is there several times.</summary>
    public string? Text(string key) =>
        headers is not null && headers.TryGetLastBytes(key, out var bytes) && bytes is not null ? Encoding.UTF8.GetString(bytes) : null;

    public Guid? Id(string key) => Guid.TryParse(Text(key), CultureInfo.InvariantCulture, out var id) ? id : null;

    public DateTime? Time(string key) =>
        DateTimeOffset.TryParse(Text(key), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcDateTime : null;
}
