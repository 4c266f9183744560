using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Seckill.Api.Http;

/// <summary>
/// An error answer: RFC 9457 problem details with a stable <c>code</c>. Written by hand, because in a sale most answers are refusals and they
/// must cost little.
/// </summary>
sealed class ApiProblem(int status, string code, string title, string? detail = null) : IResult
{
    public const string MediaType = "application/problem+json";

    /// <summary>The body, from the first time that it was sent: most refusals of a sale are one object.</summary>
    byte[]? _body;

    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>What is wrong with each field, by the field's name.</summary>
    public FieldErrors? Errors { get; init; }

    /// <summary>The answer in a line, for a log.</summary>
    public string Reason
        => Errors is null ? Code : $"{Code}: {string.Join("; ", Errors.ByField.Select(x => $"{x.Key} {string.Join(", ", x.Value)}"))}";

    /// <summary>Further members.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Extensions { get; init; } = [];

    /// <summary>When the request may be repeated.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } pause)
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

        var body = _body ??= Write();
        response.ContentLength = body.Length;
        return response.BodyWriter.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }

    byte[] Write()
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
            Write(writer);
        return body.WrittenSpan.ToArray();
    }

    void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "urn:seckill:problem:" + Code);
        writer.WriteString("title", title);
        writer.WriteNumber("status", Status);
        if (detail is not null)
            writer.WriteString("detail", detail);
        writer.WriteString("code", Code);
        foreach (var (name, value) in Extensions)
            writer.WriteString(name, value);

        if (Errors is not null)
        {
            writer.WriteStartObject("errors");
            foreach (var (field, messages) in Errors.ByField)
            {
                writer.WriteStartArray(field);
                foreach (var message in messages)
                    writer.WriteStringValue(message);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
