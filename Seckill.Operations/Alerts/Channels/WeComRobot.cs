using System.Net;
using System.Text;
using System.Text.Json;

using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts.Channels;

/// <summary>
/// A robot of a WeCom group (developer.work.weixin.qq.com document 91770). In markdown people are mentioned by <c>&lt;@userid&gt;</c> in the
/// text: <c>mentioned_list</c> belongs to text messages. Only <c>errcode</c> 0 means that the message was taken.
/// </summary>
sealed class WeComRobot(string name, AlertChannelOptions options, TimeProvider clock) : IAlertChannel, IDisposable
{
    /// <summary>"api freq out of limit".</summary>
    const int TooFast = 45009;

    /// <summary>
    /// Longer ones are answered with 40058, "markdown.content exceed max length 4096"; the documentation counts bytes of UTF-8.
    /// </summary>
    internal const int ContentBytes = 4096;

    /// <summary>Invalid parameter in the message.</summary>
    const int InvalidParameter = 40058;

    /// <summary>93000 invalid webhook address or key, 93004 robot is stopped, 93008 robot is not in the group, 40014 invalid token.</summary>
    static readonly long[] NoSuchRobot = [93000, 93004, 93008, 40014];

    readonly JsonPost _post = new(clock);

    public string Name => name;

    public string Receiver { get; } = JsonPost.ReceiverOf(options.Url);

    public async Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var answer = await _post.SendAsync(new Uri(options.Url), Body(message), [], cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            { Status: not HttpStatusCode.OK } => answer.NotOk,
            { Code: 0 } => DeliveryResult.Delivered,
            { Code: TooFast } => new(DeliveryOutcome.RateLimited, answer.Words, answer.RetryAfter),
            { Code: InvalidParameter } => new(DeliveryOutcome.Refused, answer.Words),
            { Code: { } code } when NoSuchRobot.Contains(code)
                => new(DeliveryOutcome.Misconfigured, $"{answer.Words}: Url names no robot in use"),
            _ => new(DeliveryOutcome.Failed, answer.Words, answer.RetryAfter),
        };
    }

    public void Dispose() => _post.Dispose();

    byte[] Body(AlertMessage message)
    {
        var ending = message.IsUrgent && options.MentionUserIds.Count > 0
            ? "\n" + string.Concat(options.MentionUserIds.Select(x => $"<@{x}>"))
            : "";
        var content = Utf8Text.Cut(message.Markdown, ContentBytes - Encoding.UTF8.GetByteCount(ending)) + ending;
        return JsonSerializer.SerializeToUtf8Bytes(new { msgtype = "markdown", markdown = new { content } }, RobotJson.Options);
    }
}
