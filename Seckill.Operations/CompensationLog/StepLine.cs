using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

using Seckill.Operations.Postgres;

namespace Seckill.Operations.CompensationLog;

/// <summary>A step as a line of a file: JSON in UTF-8, which has no line break inside.</summary>
static class StepLine
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        // It is never embedded into HTML; texts stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A line that lacks a field which every step has is no step.
        RespectNullableAnnotations = true,
    };

    /// <summary>The line, without its end.</summary>
    public static byte[] Write(CompensationStep step) => JsonSerializer.SerializeToUtf8Bytes(step, Json);

    /// <summary>Reads a line; says what is wrong when it is not a step.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out CompensationStep? step, [NotNullWhen(false)] out string? failure)
    {
        try
        {
            step = JsonSerializer.Deserialize<CompensationStep>(line, Json);
            // Without its own id it would get a new one each time that it is read.
            failure = step is null ? "null" : HasId(line) ? null : "it has no id";
        }
        catch (JsonException exception)
        {
            step = null;
            failure = exception.Message;
        }

        step = failure is null && step is not null ? Normalise(step) : null;
        return step is not null;
    }

    /// <summary>The step as the table can hold it, so that table and files say the same.</summary>
    public static CompensationStep Normalise(CompensationStep step) => step with
    {
        At = PostgresText.Round(step.At),
        Step = PostgresText.Clean(step.Step),
        Cause = PostgresText.Clean(step.Cause),
        Detail = PostgresText.Clean(step.Detail),
        Instance = PostgresText.Clean(step.Instance),
    };

    static bool HasId(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("id"u8))
                return true;
        }

        return false;
    }
}
