using System.Collections;
using System.Collections.Specialized;
using System.Text.Json;

using Quartz.Spi;

namespace Seckill.Sagas.Clock;

/// <summary>
/// Writes Quartz's job data as a JSON object of strings. With <c>useProperties</c> that is all the store ever asks for; calendars and
/// triggers of our own making would be blobs, and are refused rather than written in a form that nobody can read back.
/// </summary>
public sealed class StringMapSerializer : IObjectSerializer
{
    /// <inheritdoc/>
    public void Initialize()
    {
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException"><paramref name="obj"/> is not a map of strings.</exception>
    public byte[] Serialize<T>(T obj)
        where T : class
    {
        if (obj is not NameValueCollection map)
            throw new NotSupportedException($"The clock's store keeps maps of strings only, not {obj?.GetType().FullName ?? "null"}");

        return JsonSerializer.SerializeToUtf8Bytes(map.AllKeys.ToDictionary(x => x ?? "", x => map[x]));
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">A map of strings can't be read as <typeparamref name="T"/>.</exception>
    public T? DeSerialize<T>(byte[] data)
        where T : class
    {
        var map = JsonSerializer.Deserialize<Dictionary<string, string?>>(data) ?? [];
        if (typeof(T) == typeof(IDictionary))
            return (T)(object)map;

        if (typeof(T) != typeof(NameValueCollection))
            throw new NotSupportedException($"The clock's store keeps maps of strings only, not {typeof(T).FullName}");

        var collection = new NameValueCollection();
        foreach (var (key, value) in map)
            collection[key] = value;

        return (T)(object)collection;
    }
}
