using System.Net;
using System.Text.Json;

namespace Seckill.Api.Tests;

/// <summary>An answer, read.</summary>
sealed record ApiAnswer(HttpStatusCode Status, string Text, string? MediaType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? this[string field] => Json.GetProperty(field) is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : null;

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType,
        response.Headers.ToDictionary(x => x.Key, x => string.Join(',', x.Value), StringComparer.OrdinalIgnoreCase));

    /// <summary>Checks that this is problem details of a status and a code.</summary>
    public ApiAnswer ShouldBeProblem(HttpStatusCode status, string code)
    {
        Status.ShouldBe(status, Text);
        MediaType.ShouldBe("application/problem+json");
        this["code"].ShouldBe(code);
        this["status"].ShouldBe(((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture));
        this["type"].ShouldBe("urn:seckill:problem:" + code);
        this["title"].ShouldNotBeNullOrEmpty();
        return this;
    }

    public ApiAnswer ShouldBe(HttpStatusCode status)
    {
        Status.ShouldBe(status, Text);
        return this;
    }

    /// <summary>Checks that just these fields are called wrong.</summary>
    public ApiAnswer ShouldBlame(params string[] fields)
    {
        ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid");
        Json.GetProperty("errors").EnumerateObject().Select(x => x.Name).ShouldBe(fields, ignoreOrder: true);
        return this;
    }

    public ApiAnswer ShouldAskToComeBack()
    {
        int.Parse(Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        return this;
    }
}
