using System.Text.Json;

using Microsoft.AspNetCore.Http;

namespace Seckill.Operations.Tests.Alerts.Support;

/// <summary>What the robots have in common: 200 with an <c>errcode</c>, whatever happened, and 20 messages a minute.</summary>
abstract class RobotServer(TimeProvider clock) : LocalServer
{
    public const int MessagesPerMinute = 20;

    readonly Queue<DateTimeOffset> _sent = [];

    protected TimeProvider Clock => clock;

    /// <summary>The code of a call that comes too fast.</summary>
    protected abstract int TooFast { get; }

    /// <summary>0, or the code with which the real robot answers this call.</summary>
    protected abstract (int Code, string Message) Check(HttpContext context, byte[] body, JsonElement json);

    protected override async Task AnswerAsync(HttpContext context, byte[] body)
    {
        var (code, message) = context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true
            ? Judge(context, body)
            : (43004, "invalid content type");
        if (code == 0)
            Take(body);
        else
            Refuse($"{code} {message}");
        await AnswerAsync(context, code, message);
    }

    public static Task AnswerAsync(HttpContext context, int code, string message)
        => context.Response.WriteAsJsonAsync(new { errcode = code, errmsg = message });

    (int Code, string Message) Judge(HttpContext context, byte[] body)
    {
        var (code, message) = Check(context, body, JsonSerializer.Deserialize<JsonElement>(body));
        if (code != 0)
            return (code, message);
        lock (_sent)
        {
            var now = clock.GetUtcNow();
            while (_sent.TryPeek(out var oldest) && oldest <= now - TimeSpan.FromMinutes(1))
                _sent.Dequeue();
            _sent.Enqueue(now);
            return _sent.Count > MessagesPerMinute ? (TooFast, "send too fast, exceed 20 times per minute") : (0, "ok");
        }
    }
}
