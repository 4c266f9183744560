using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts.Channels;

/// <summary>
/// A robot of a DingTalk group (open.dingtalk.com, "custom robot access"): signed address, markdown, mentions by mobile number. It answers
/// 200 whatever happened; only <c>errcode</c> 0 means that the message was taken.
/// </summary>
sealed class DingTalkRobot(string name, AlertChannelOptions options, TimeProvider clock) : IAlertChannel, IDisposable
{
    /// <summary>"send too fast, exceed 20 times per minute", in its older and newer form.</summary>
    static readonly long[] TooFast = [130101, 410100];

    /// <summary>Keyword missing, signature or timestamp wrong, caller's address not allowed: the robot's security settings.</summary>
    const int SecuritySettings = 310000;

    /// <summary>A robot that was called too often takes nothing for ten minutes, as its documentation says.</summary>
    static readonly TimeSpan Ban = TimeSpan.FromMinutes(10);

    /// <summary>The documented limit is 20,000 bytes for the whole body; JSON may spend two bytes on a line break.</summary>
    internal const int TextBytes = 16_000;

    /// <summary>
    /// Token missing (300001) or unknown (300005, 400101), group dissolved (400013), robot stopped (400102) or deleted (400106).
    /// </summary>
    static readonly long[] NoSuchRobot = [300001, 300005, 400013, 400101, 400102, 400106];

    /// <summary>
    /// Parameter missing (40035), kind of message unknown (400105), unsafe link or text (430101 to 430104), too long (460101).
    /// </summary>
    static readonly long[] BadMessage = [40035, 400105, 430101, 430102, 430103, 430104, 460101];

    readonly JsonPost _post = new(clock);

    public string Name => name;

    public string Receiver { get; } = JsonPost.ReceiverOf(options.Url);

    public async Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        var answer = await _post.SendAsync(Address(), Body(message), [], cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            { Status: not HttpStatusCode.OK } => answer.NotOk,
            { Code: 0 } => DeliveryResult.Delivered,
            { Code: { } code } when TooFast.Contains(code) => new(DeliveryOutcome.RateLimited, answer.Words, answer.RetryAfter ?? Ban),
            { Code: SecuritySettings } => new(
                DeliveryOutcome.Misconfigured,
                $"{answer.Words}: Secret or Keyword differ from the robot's security settings, this machine's clock is off by an hour, "
                + "or its address is not on the robot's list"),
            { Code: { } code } when NoSuchRobot.Contains(code)
                => new(DeliveryOutcome.Misconfigured, $"{answer.Words}: Url names no robot in use"),
            { Code: { } code } when BadMessage.Contains(code) => new(DeliveryOutcome.Refused, answer.Words),
            _ => new(DeliveryOutcome.Failed, answer.Words, answer.RetryAfter),
        };
    }

    public void Dispose() => _post.Dispose();

    Uri Address()
    {
        if (options.Secret.Length == 0)
            return new Uri(options.Url);
        var timestamp = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Secret), Encoding.UTF8.GetBytes(timestamp + "\n" + options.Secret));
        var separator = options.Url.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return new Uri($"{options.Url}{separator}timestamp={timestamp}&sign={Uri.EscapeDataString(Convert.ToBase64String(signature))}");
    }

    byte[] Body(AlertMessage message)
    {
        var title = Utf8Text.Cut(MarkdownText.Escape(message.Title), 200);
        // A mention must stand in the text, too, or nobody sees whom it is for. Both go last and are never cut.
        var ending = message.IsUrgent && options.AtMobiles.Count > 0 ? "\n\n" + string.Join(' ', options.AtMobiles.Select(x => "@" + x)) : "";
        var text = message.Markdown;
        if (options.Keyword.Length > 0 && !text.Contains(options.Keyword, StringComparison.Ordinal))
            text = options.Keyword + "\n\n" + text;
        text = Utf8Text.Cut(text, TextBytes - Encoding.UTF8.GetByteCount(ending));
        if (options.Keyword.Length > 0 && !text.Contains(options.Keyword, StringComparison.Ordinal))
            text = Utf8Text.Cut(options.Keyword + "\n\n" + text, TextBytes - Encoding.UTF8.GetByteCount(ending));
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            msgtype = "markdown",
            markdown = new { title, text = text + ending },
            at = new { atMobiles = message.IsUrgent ? options.AtMobiles : [], isAtAll = message.IsUrgent && options.AtAll },
        }, RobotJson.Options);
    }
}
