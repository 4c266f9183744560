using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Http;

namespace Seckill.Operations.Tests.Alerts.Support;

/// <summary>A WeCom robot as its documentation describes it: key, markdown of at most 4,096 bytes, mentions in the text only.</summary>
sealed class WeComServer(TimeProvider clock) : RobotServer(clock)
{
    public const string Key = "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa";

    public string Url => $"{Address}/cgi-bin/webhook/send?key={Key}";

    public IReadOnlyList<string> Texts => Taken.Select(x => x.GetProperty("markdown").GetProperty("content").GetString()!).ToList();

    protected override int TooFast => 45009;

    protected override (int Code, string Message) Check(HttpContext context, byte[] body, JsonElement json)
    {
        if (context.Request.Path != "/cgi-bin/webhook/send" || context.Request.Query["key"] != Key)
            return (93000, "invalid webhook url");
        if (json.GetProperty("msgtype").GetString() != "markdown")
            return (40008, "invalid message type");
        var markdown = json.GetProperty("markdown");
        if (markdown.EnumerateObject().Any(x => x.Name != "content"))
            return (40058, "markdown has an unknown field");
        return Encoding.UTF8.GetByteCount(markdown.GetProperty("content").GetString()!) > 4096
            ? (40058, "markdown.content exceed max length 4096")
            : (0, "ok");
    }
}
