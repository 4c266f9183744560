using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Http;

namespace Seckill.Operations.Tests.Alerts.Support;

/// <summary>A receiver of the generic webhook that checks its signature.</summary>
sealed class WebhookServer : LocalServer
{
    public const string Secret = "webhook-secret-7731";

    public string Url => $"{Address}/hooks/T0K3N";

    public IReadOnlyList<JsonElement> Alerts => Taken.SelectMany(x => x.GetProperty("alerts").EnumerateArray()).ToList();

    /// <summary>Keys of the alerts that came, in order.</summary>
    public IReadOnlyList<string> Keys => Alerts.Select(x => x.GetProperty("key").GetString()!).ToList();

    /// <summary>Whether it takes one alert at a time only.</summary>
    public bool RefusesDigests { get; init; }

    /// <summary>The key of an alert at which it fails, each time.</summary>
    public string? FailsAt { get; init; }

    public ConcurrentQueue<string> Timestamps { get; } = new();

    protected override Task AnswerAsync(HttpContext context, byte[] body)
    {
        var timestamp = context.Request.Headers["X-Seckill-Timestamp"].ToString();
        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(Secret));
        var expected = "sha256=" + Convert.ToHexStringLower(hmac.ComputeHash([.. Encoding.UTF8.GetBytes(timestamp + "."), .. body]));
        if (context.Request.Headers["X-Seckill-Signature"] != expected)
        {
            Refuse("signature");
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        var alerts = JsonSerializer.Deserialize<JsonElement>(body).GetProperty("alerts");
        if (FailsAt is not null && alerts.EnumerateArray().Any(x => x.GetProperty("key").GetString() == FailsAt))
        {
            Refuse("failed");
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        }

        if (RefusesDigests && alerts.GetArrayLength() > 1)
        {
            Refuse("digest");
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Task.CompletedTask;
        }

        Timestamps.Enqueue(timestamp);
        Take(body);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }
}
