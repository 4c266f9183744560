using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Seckill.System.Tests.Monitoring;

/// <summary>Robots of DingTalk, which checks signatures, and WeCom, on one port.</summary>
sealed class Robots : IAsyncDisposable
{
    const string Secret = "SEC5f2c0a91b7";
    const int WrongSignature = 310_000;

    readonly WebApplication _app;

    Robots(WebApplication app) => _app = app;

    /// <summary>Texts that DingTalk took.</summary>
    public ConcurrentQueue<string> DingTalk { get; } = new();

    /// <summary>Texts that WeCom took.</summary>
    public ConcurrentQueue<string> WeCom { get; } = new();

    public static async Task<Robots> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var robots = new Robots(app);
        app.MapPost("/robot/send", (HttpRequest request, JsonElement body) => IsSigned(request)
            ? Take(robots.DingTalk, body, "text")
            : Results.Json(new { errcode = WrongSignature, errmsg = "sign not match" }));
        app.MapPost("/cgi-bin/webhook/send", (JsonElement body) => Take(robots.WeCom, body, "content"));
        await app.StartAsync();
        return robots;
    }

    /// <summary>Settings of programs that tell them what is urgent, and nobody what is not.</summary>
    public (string Name, string Value)[] Settings() =>
    [
        ("Alerts__Language", "en"),
        ("Alerts__Channels__dingtalk__Type", "dingtalk"), ("Alerts__Channels__dingtalk__Url", _app.Urls.Single() + "/robot/send?access_token=test"),
        ("Alerts__Channels__dingtalk__Secret", Secret), ("Alerts__Channels__dingtalk__MessagesPerMinute", "0"),
        ("Alerts__Channels__wecom__Type", "wecom"), ("Alerts__Channels__wecom__Url", _app.Urls.Single() + "/cgi-bin/webhook/send?key=test"),
        ("Alerts__Channels__wecom__MessagesPerMinute", "0"),
        ("Alerts__Routes__Warning__0", "log"), ("Alerts__Routes__Urgent__0", "dingtalk"), ("Alerts__Routes__Urgent__1", "wecom"),
    ];

    /// <summary>Whether both were told that a rule fires, or that it does no more.</summary>
    public bool Know(string word, string rule) => new[] { DingTalk, WeCom }.All(x => x.Any(text => IsAbout(text, word, rule)));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // Brackets are full-width in what is sent: facts can't mark anything up.
    static bool IsAbout(string text, string word, string rule)
        => text.Split('\n')[0].EndsWith($"{word}］ A monitoring rule fired: {rule}", StringComparison.Ordinal);

    static bool IsSigned(HttpRequest request)
    {
        var timestamp = request.Query["timestamp"].ToString();
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{timestamp}\n{Secret}"));
        return long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out _) && request.Query["sign"] == Convert.ToBase64String(expected);
    }

    static IResult Take(ConcurrentQueue<string> texts, JsonElement body, string member)
    {
        texts.Enqueue(body.GetProperty("markdown").GetProperty(member).GetString()!);
        return Results.Json(new { errcode = 0, errmsg = "ok" });
    }
}
