using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Seckill.Fuzz.Inputs;

/// <summary>Spoils JSON objects. What a method promises to be wrong is wrong for every reader that knows the object's fields and their types.</summary>
static class JsonText
{
    /// <summary>Bytes that are no JSON object at all.</summary>
    public static byte[] NoObject(Dice dice, byte[] example) => dice.Number(0, 9) switch
    {
        0 => dice.Bytes(dice.Number(1, 200)) is { } random && IsObject(random) ? [0] : Again(dice),
        1 => Truncated(dice, example),
        2 => [],
        3 => Encoding.UTF8.GetBytes(dice.Pick(["null", "true", "0", "\"a\"", "[]", "[{}]", "nul", "{", "}", "{]", "[}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{'a':1}", "{a:1}"])),
        4 => Nested(dice.Number(65, 3000)),
        5 => [.. example, .. "x"u8],
        6 => [.. example, .. example],
        7 => [.. "\uFEFFx"u8, .. example],
        8 => Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(example)),
        _ => [.. "//"u8, .. example],
    };

    /// <summary>The beginning of an object, without its end.</summary>
    public static byte[] Truncated(Dice dice, byte[] example)
        => example[..dice.Number(0, Math.Max(0, example.AsSpan().LastIndexOf((byte)'}') - (example[0] == '{' ? 0 : 1)))];

    /// <summary>An object with one of its fields, wherever it is, of a kind that no reader takes for the right one.</summary>
    public static byte[] WrongKind(Dice dice, byte[] example)
    {
        var root = JsonNode.Parse(example)!.AsObject();
        var (holder, name) = dice.Pick(Fields(root));
        holder[name] = holder[name] is JsonObject or JsonArray ? JsonValue.Create("text") : new JsonObject { ["a"] = 1 };
        return Bytes(root);
    }

    /// <summary>An object without one of its own fields.</summary>
    public static byte[] Without(Dice dice, byte[] example, IReadOnlyList<string> fields)
    {
        var root = JsonNode.Parse(example)!.AsObject();
        root.Remove(dice.Pick(fields));
        return Bytes(root);
    }

    /// <summary>An object with a field that nobody knows.</summary>
    public static byte[] WithUnknown(Dice dice, byte[] example)
    {
        var text = Encoding.UTF8.GetString(example);
        var name = dice.OneIn(6) ? dice.Pick(["\\ud800", "\\u0000", "__proto__", "$type", "\\u0022", ""]) : $"x{dice.Number(0, 99)}";
        return Encoding.UTF8.GetBytes($"{text[..text.LastIndexOf('}')]},\"{name}\":{Value(dice)}}}");
    }

    /// <summary>An object with one value replaced by whatever comes; it may be right by chance.</summary>
    public static byte[] OtherValue(Dice dice, byte[] example)
    {
        var root = JsonNode.Parse(example)!.AsObject();
        var (holder, name) = dice.Pick(Fields(root));
        holder[name] = JsonValue.Create("\u0001");
        return Replaced(root, Value(dice));
    }

    /// <summary>An object one of whose texts is no UTF-8.</summary>
    public static byte[] BrokenText(Dice dice, byte[] example)
    {
        var root = JsonNode.Parse(example)!.AsObject();
        var (holder, name) = dice.Pick(Fields(root));
        holder[name] = JsonValue.Create("\u0001");
        var bytes = Bytes(root);
        var at = bytes.AsSpan().IndexOf("\\u0001"u8);
        byte[][] broken = [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0x80], [0xc0, 0x80]];
        return [.. bytes[..at], .. dice.Pick(broken), .. bytes[(at + 6)..]];
    }

    /// <summary>A value of any kind, as JSON text.</summary>
    public static string Value(Dice dice) => dice.Number(0, 3) switch
    {
        0 => Strange.Number(dice),
        1 => JsonSerializer.Serialize(Strange.Text(dice)),
        2 => JsonSerializer.Serialize(dice.Pick(Strange.Times)),
        _ => dice.Pick(Strange.Values),
    };

    static byte[] Again(Dice dice) => [.. "\u0001"u8, .. dice.Bytes(dice.Number(0, 40))];

    static bool IsObject(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static byte[] Nested(int depth)
        => Encoding.ASCII.GetBytes($"{string.Concat(Enumerable.Repeat("{\"a\":", depth))}1{new string('}', depth)}");

    static byte[] Replaced(JsonObject root, string value)
        => Encoding.UTF8.GetBytes(root.ToJsonString().Replace("\"\\u0001\"", value, StringComparison.Ordinal));

    static byte[] Bytes(JsonObject root) => Encoding.UTF8.GetBytes(root.ToJsonString());

    /// <summary>The fields of an object and of those in it.</summary>
    static List<(JsonObject Holder, string Name)> Fields(JsonObject root)
    {
        var fields = new List<(JsonObject, string)>();
        foreach (var (name, value) in root)
        {
            fields.Add((root, name));
            if (value is JsonObject inner)
                fields.AddRange(Fields(inner));
        }

        return fields;
    }
}
