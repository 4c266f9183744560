namespace Seckill.Operations.Alerts.Channels;

/// <summary>The words that <see cref="AlertChannelOptions.Type"/> can be.</summary>
static class ChannelTypes
{
    public const string DingTalk = "dingtalk";

    public const string WeCom = "wecom";

    public const string Email = "email";

    public const string Webhook = "webhook";

    /// <summary>Both document 20 messages a minute for each robot (open.dingtalk.com, developer.work.weixin.qq.com document 91770).</summary>
    public const int RobotMessagesPerMinute = 20;

    public static readonly IReadOnlyList<string> All = [DingTalk, WeCom, Email, Webhook];

    /// <summary>The words that <see cref="AlertChannelOptions.Tls"/> can be.</summary>
    public const string StartTls = "starttls";
    public const string ImplicitTls = "implicit";
    public const string NoTls = "none";

    public static bool IsRobot(string type) => Is(type, DingTalk) || Is(type, WeCom);

    public static bool Is(string type, string expected) => string.Equals(type, expected, StringComparison.OrdinalIgnoreCase);
}
