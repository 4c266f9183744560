using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Seckill.Operations.Alerts.Channels;

/// <summary>
/// Posts JSON. Its own connections for each channel, so that one that hangs holds up no other; no logging handler, since addresses hold
/// tokens; no redirects, which would carry the token elsewhere and turn the POST into a GET that answers 200.
/// </summary>
sealed class JsonPost(TimeProvider clock) : IDisposable
{
    const int AnswerBytes = 4096;

    readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // Receivers are other people's: ids of our traces are not for them.
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>What identifies a receiver without giving its address away.</summary>
    public static string ReceiverOf(string url) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)))[..16];

    public async Task<JsonAnswer> SendAsync(
        Uri address, byte[] body, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json", "utf-8");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        var text = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        var (code, message) = Parse(text);
        return new JsonAnswer(response.StatusCode, code, message, RetryAfter(response));
    }

    public void Dispose() => _client.Dispose();

    static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[AnswerBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    static (long? Code, string Message) Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return (null, "");
            long? code = json.RootElement.TryGetProperty("errcode", out var errcode) && errcode.TryGetInt64(out var number) ? number : null;
            var message = json.RootElement.TryGetProperty("errmsg", out var errmsg) && errmsg.ValueKind == JsonValueKind.String
                ? errmsg.GetString()!
                : "";
            return (code, message);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A proxy's page, or a code that is no number: not the receiver's confirmation.
            return (null, "");
        }
    }

    TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? header?.Date - clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }
}

/// <summary>What a receiver answered; <see cref="Code"/> is the <c>errcode</c> that robots put into a 200, if there is one.</summary>
sealed record JsonAnswer(HttpStatusCode Status, long? Code, string Message, TimeSpan? RetryAfter)
{
    public string Words => string.Create(
        CultureInfo.InvariantCulture, $"HTTP {(int)Status}, errcode {Code?.ToString(CultureInfo.InvariantCulture) ?? "missing"} {Message}");

    /// <summary>What an answer other than 200 means, with or without robots.</summary>
    public DeliveryResult NotOk => (int)Status switch
    {
        429 => new(DeliveryOutcome.RateLimited, Words, RetryAfter),
        // Redirects and these are about the address or the token, whatever the message.
        (>= 300 and < 400) or 401 or 403 or 404 or 405 or 407 or 410 => new(DeliveryOutcome.Misconfigured, Words, RetryAfter),
        408 or 425 or >= 500 => new(DeliveryOutcome.Failed, Words, RetryAfter),
        >= 400 => new(DeliveryOutcome.Refused, Words),
        _ => new(DeliveryOutcome.Failed, Words, RetryAfter),
    };
}
