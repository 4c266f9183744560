using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Seckill.Cli.Faults;

/// <summary>
/// Stands in for the robots of DingTalk and WeCom: takes messages as they document it, checks DingTalk's signature, and answers with the codes that they
/// answer with.
/// </summary>
sealed partial class Robot : IAsyncDisposable
{
    public const string DingTalk = "dingtalk";
    public const string WeCom = "wecom";

    const int WrongSignature = 310_000;
    const int BadMessage = 40_058;

    // DingTalk refuses what is older than an hour.
    static readonly TimeSpan OldestTimestamp = TimeSpan.FromHours(1);

    readonly WebApplication _app;
    readonly TimeProvider _time;
    readonly ConcurrentQueue<RobotMessage> _messages;
    int _wrong;

    Robot(WebApplication app, TimeProvider time, IEnumerable<RobotMessage> before)
    {
        _app = app;
        _time = time;
        _messages = new(before);
    }

    /// <summary>What was taken.</summary>
    public IReadOnlyList<RobotMessage> Messages => [.. _messages];

    /// <summary>Messages that were refused: the signature or the body was not as documented.</summary>
    public int Wrong => Volatile.Read(ref _wrong);

    /// <summary>Listens on a port of this machine.</summary>
    public static async Task<Robot> StartAsync(int port, TimeProvider time, IEnumerable<RobotMessage> before, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var app = builder.Build();
        var robot = new Robot(app, time, before);
        app.MapPost(FaultSettings.DingTalkPath, robot.TakeDingTalkAsync);
        app.MapPost(FaultSettings.WeComPath, robot.TakeWeComAsync);
        await app.StartAsync(cancellationToken);
        return robot;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task TakeDingTalkAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!IsSigned(query["timestamp"].ToString(), query["sign"].ToString()))
            await RefuseAsync(context, WrongSignature, "sign not match");
        else
            await TakeAsync(context, DingTalk, "text");
    }

    Task TakeWeComAsync(HttpContext context) => TakeAsync(context, WeCom, "content");

    bool IsSigned(string timestamp, string sign)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || (_time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)).Duration() > OldestTimestamp)
            return false;

        var expected = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(FaultSettings.DingTalkSecret), Encoding.UTF8.GetBytes($"{timestamp}\n{FaultSettings.DingTalkSecret}"));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(sign), Encoding.ASCII.GetBytes(Convert.ToBase64String(expected)));
    }

    async Task TakeAsync(HttpContext context, string robot, string member)
    {
        string? text = null;
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            if (body.RootElement.GetProperty("msgtype").GetString() == "markdown")
                text = body.RootElement.GetProperty("markdown").GetProperty(member).GetString();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not the body that the robots document: refused below.
        }

        if (text is null || KindIn().Match(text) is not { Success: true } kind)
        {
            await RefuseAsync(context, BadMessage, "invalid message");
            return;
        }

        var order = OrderIn().Match(text);
        _messages.Enqueue(new RobotMessage(robot, kind.Groups[1].Value, order.Success ? order.Value : "", text.Split('\n')[0]));
        await context.Response.WriteAsJsonAsync(new { errcode = 0, errmsg = "ok" }, context.RequestAborted);
    }

    async Task RefuseAsync(HttpContext context, int code, string message)
    {
        Interlocked.Increment(ref _wrong);
        await context.Response.WriteAsJsonAsync(new { errcode = code, errmsg = message }, context.RequestAborted);
    }

    // Every message ends with its anchor in the runbook, which is the kind of the alert.
    [GeneratedRegex("docs/runbook\\.md#([a-z_]+)", RegexOptions.CultureInvariant)]
    private static partial Regex KindIn();

    [GeneratedRegex("raw:[a-z_]+:[0-9]+:[0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.CultureInvariant)]
    private static partial Regex OrderIn();
}

/// <summary>A message that a robot took.</summary>
/// <param name="Robot">Which.</param>
/// <param name="Kind">The alert's kind.</param>
/// <param name="Subject">The order or archive entry that it is about; empty where it is about none.</param>
/// <param name="Title">Its first line.</param>
sealed record RobotMessage(string Robot, string Kind, string Subject, string Title);
