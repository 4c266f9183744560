using System.Buffers;
using System.Text.Json;

namespace Seckill.Api.Http;

/// <summary>
/// A request's JSON object, read field by field, so that every wrong field is named at once: binding to a type would stop at the first one and
/// speak in the words of the serializer.
/// </summary>
sealed class JsonBody : IDisposable
{
    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    readonly JsonDocument _document;

    JsonBody(JsonDocument document) => _document = document;

    public FieldErrors Errors { get; } = new();

    /// <summary>Reads the body; either it or the problem with it is null.</summary>
    public static async ValueTask<(JsonBody? Body, ApiProblem? Problem)> ReadAsync(HttpRequest request, params string[] fields)
    {
        var (bytes, problem) = await BytesAsync(request);
        return bytes is null ? (null, problem) : Parse(bytes, fields);
    }

    /// <summary>The bytes of a body that says that it is JSON; either they or the problem with it is null.</summary>
    public static async ValueTask<(byte[]? Bytes, ApiProblem? Problem)> BytesAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
            return (null, Problems.UnsupportedMediaType);

        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var bytes = read.Buffer.ToArray();
            reader.AdvanceTo(read.Buffer.End);
            return (bytes, null);
        }
    }

    /// <summary>Reads a body whose bytes are there already.</summary>
    public static (JsonBody? Body, ApiProblem? Problem) Parse(ReadOnlyMemory<byte> bytes, params string[] fields)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException exception)
        {
            return (null, Problems.Malformed($"The body is not JSON: {exception.Message}"));
        }
        catch (InvalidOperationException)
        {
            // A name of a field, when it was compared with the others.
            return (null, NoText);
        }

        if (!IsText(document.RootElement))
        {
            document.Dispose();
            return (null, NoText);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            var kind = Kind(document.RootElement.ValueKind);
            document.Dispose();
            return (null, Problems.Malformed($"The body must be a JSON object, not {kind}"));
        }

        var body = new JsonBody(document);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (!fields.Contains(property.Name))
                body.Errors.Add(property.Name, $"is not known; known are {string.Join(", ", fields)}");
        }

        return (body, null);
    }

    /// <summary>A whole number between bounds; 0 after an error was noted.</summary>
    public long Whole(string field, long from, long to)
    {
        if (!_document.RootElement.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            Errors.Add(field, "is required");
        else if (value.ValueKind != JsonValueKind.Number)
            Errors.Add(field, $"must be a number, not {Kind(value.ValueKind)}");
        else if (!value.TryGetInt64(out var number) || number < from || number > to)
            Errors.Add(field, to == long.MaxValue ? $"must be a whole number, at least {from}" : $"must be a whole number from {from} to {to}");
        else
            return number;

        return 0;
    }

    /// <summary>A text of limited length that is not blank; empty after an error was noted.</summary>
    public string Text(string field, int maximumLength)
    {
        if (!_document.RootElement.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            Errors.Add(field, "is required");
        else if (value.ValueKind != JsonValueKind.String)
            Errors.Add(field, $"must be a string, not {Kind(value.ValueKind)}");
        else if (value.GetString() is not { } text || string.IsNullOrWhiteSpace(text) || text.Length > maximumLength)
            Errors.Add(field, $"must have 1 to {maximumLength} characters and not only blanks");
        else
            return text;

        return "";
    }

    /// <summary>Like <see cref="Whole(string, long, long)"/>; <paramref name="missing"/> when the field is not there.</summary>
    public long Whole(string field, long from, long to, long missing) => Has(field) ? Whole(field, from, to) : missing;

    /// <summary>Like <see cref="Text"/>; null when the field is not there.</summary>
    public string? OptionalText(string field, int maximumLength) => Has(field) ? Text(field, maximumLength) : null;

    /// <summary>True or false; <paramref name="missing"/> when the field is not there or an error was noted.</summary>
    public bool Flag(string field, bool missing)
    {
        if (!Has(field))
            return missing;
        var value = _document.RootElement.GetProperty(field);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();

        Errors.Add(field, $"must be true or false, not {Kind(value.ValueKind)}");
        return missing;
    }

    /// <summary>A number; <paramref name="missing"/> when the field is not there or an error was noted.</summary>
    public double Number(string field, double missing)
    {
        if (!Has(field))
            return missing;
        var value = _document.RootElement.GetProperty(field);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
            return number;

        Errors.Add(field, $"must be a number, not {Kind(value.ValueKind)}");
        return missing;
    }

    /// <summary>A list of whole numbers; <paramref name="missing"/> when the field is not there or an error was noted.</summary>
    public IReadOnlyList<int> Wholes(string field, IReadOnlyList<int> missing)
    {
        if (!Has(field))
            return missing;
        var value = _document.RootElement.GetProperty(field);
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(x => x.ValueKind == JsonValueKind.Number && x.TryGetInt32(out _)))
            return [.. value.EnumerateArray().Select(x => x.GetInt32())];

        Errors.Add(field, "must be a list of whole numbers");
        return missing;
    }

    /// <summary>A moment in ISO 8601; null when the field is not there or an error was noted.</summary>
    public DateTimeOffset? Time(string field) => OptionalText(field, 64) is { Length: > 0 } text ? QueryReader.ReadTime(field, text, Errors) : null;

    static ApiProblem NoText => Problems.Malformed("The body has text that is not Unicode: bytes that are no UTF-8, or half a surrogate pair");

    /// <summary>Whether all names and texts can be read. The parser does not look into them, and who reads one later is not prepared for less.</summary>
    static bool IsText(JsonElement element)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    return element.GetString() is not null;
                case JsonValueKind.Array:
                    return element.EnumerateArray().All(IsText);
                case JsonValueKind.Object:
                    return element.EnumerateObject().All(x => x.Name is not null && IsText(x.Value));
                default:
                    return true;
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    bool Has(string field) => _document.RootElement.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    public void Dispose() => _document.Dispose();

    static string Kind(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
