using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Http;

namespace Seckill.Operations.Tests.Alerts.Support;

/// <summary>A DingTalk robot as its documentation describes it: token, timestamp within an hour, signature, keyword, at most 20,000 bytes.</summary>
sealed class DingTalkServer(TimeProvider clock) : RobotServer(clock)
{
    public const string Token = "9f3e7a61c2";
    public const string Secret = "SECa1b2c3d4e5f6";
    public const string Keyword = "秒杀";

    public string Url => $"{Address}/robot/send?access_token={Token}";

    public IReadOnlyList<string> Texts => Taken.Select(x => x.GetProperty("markdown").GetProperty("text").GetString()!).ToList();

    protected override int TooFast => 130101;

    protected override (int Code, string Message) Check(HttpContext context, byte[] body, JsonElement json)
    {
        var query = context.Request.Query;
        if (context.Request.Path != "/robot/send" || query["access_token"] != Token)
            return (300001, "token is not exist");
        if (!long.TryParse(query["timestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || (Clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)).Duration() > TimeSpan.FromHours(1))
        {
            return (310000, "invalid timestamp");
        }

        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(Secret));
        var expected = Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes($"{milliseconds}\n{Secret}")));
        // ASP.NET Core has decoded the query: a plus sign that was not encoded is a space now.
        if (query["sign"] != expected)
            return (310000, "sign not match");
        if (body.Length > 20_000)
            return (460101, "message too long, exceed 20000 bytes");
        if (json.GetProperty("msgtype").GetString() != "markdown")
            return (400105, "unsupported msgtype");
        var text = json.GetProperty("markdown").GetProperty("text").GetString();
        if (string.IsNullOrEmpty(json.GetProperty("markdown").GetProperty("title").GetString()) || string.IsNullOrEmpty(text))
            return (40035, "param error");
        if (!text.Contains(Keyword, StringComparison.Ordinal))
            return (310000, "keywords not in content");
        var at = json.GetProperty("at");
        if (at.GetProperty("isAtAll").ValueKind is not (JsonValueKind.True or JsonValueKind.False)
            || at.GetProperty("atMobiles").EnumerateArray().Any(x => !text.Contains("@" + x.GetString(), StringComparison.Ordinal)))
        {
            return (40035, "a mention is missing from the text");
        }

        return (0, "ok");
    }
}
