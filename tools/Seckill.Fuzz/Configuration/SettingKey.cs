using System.Collections;
using System.Reflection;

namespace Seckill.Fuzz.Configuration;

/// <summary>A key of the configuration that options are bound to.</summary>
/// <param name="Options">The options.</param>
/// <param name="Key">The key, with an index for the elements of lists.</param>
/// <param name="Type">The type of its value.</param>
sealed record SettingKey(Type Options, string Key, Type Type)
{
    const int Deepest = 4;

    /// <summary>How a message may name it: what is in a list or an object may be told of by another key of that, which is missing, say.</summary>
    public string Name => string.Join(':', Key.Split(':').Take(Options.GetField("Section")!.GetRawConstantValue()!.ToString()!.Split(':').Length + 1));

    /// <summary>All keys of some options.</summary>
    public static IEnumerable<SettingKey> Of(Type options, string section) => Of(options, options, section, 0);

    static IEnumerable<SettingKey> Of(Type options, Type type, string prefix, int depth)
    {
        if (depth > Deepest)
            yield break;

        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(x => x.CanWrite && x.GetIndexParameters().Length == 0))
        {
            foreach (var key in Value(options, property.PropertyType, $"{prefix}:{property.Name}", depth))
                yield return key;
        }
    }

    static IEnumerable<SettingKey> Value(Type options, Type type, string key, int depth)
    {
        yield return new SettingKey(options, key, type);
        if (type == typeof(string) || type.IsValueType || type == typeof(Uri))
            yield break;

        if (typeof(IEnumerable).IsAssignableFrom(type))
        {
            var element = type.IsArray ? type.GetElementType()! : type.GetGenericArguments().LastOrDefault() ?? typeof(string);
            foreach (var index in type.GetGenericArguments().Length == 2 ? new[] { "name", "" } : ["0", "1", "x"])
            {
                foreach (var inner in Value(options, element, $"{key}:{index}", depth + 1))
                    yield return inner;
            }

            yield break;
        }

        foreach (var inner in Of(options, type, key, depth + 1))
            yield return inner;
    }
}
