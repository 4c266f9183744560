using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seckill.Cli.Mutations;

/// <summary>Text in JSON that people read: a string, or an array with a string for each line.</summary>
sealed class LinesConverter : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString()!;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("Must be a string, or an array of strings");

        var lines = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            lines.Add(reader.GetString()!);
        return reader.TokenType == JsonTokenType.EndArray ? string.Join('\n', lines) : throw new JsonException("Must be an array of strings");
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (!value.Contains('\n', StringComparison.Ordinal))
        {
            writer.WriteStringValue(value);
            return;
        }

        writer.WriteStartArray();
        foreach (var line in value.Split('\n'))
            writer.WriteStringValue(line);
        writer.WriteEndArray();
    }
}
