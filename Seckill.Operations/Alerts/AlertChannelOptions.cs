using Seckill.Operations.Alerts.Channels;

namespace Seckill.Operations.Alerts;

/// <summary>One channel: <c>Alerts:Channels:{name}</c>. Which values count depends on <see cref="Type"/>.</summary>
public sealed class AlertChannelOptions
{
    /// <summary><c>dingtalk</c>, <c>wecom</c>, <c>email</c> or <c>webhook</c>.</summary>
    public string Type { get; set => field = value ?? ""; } = "";

    /// <summary>dingtalk, wecom, webhook: the address to post to. It holds a token, so it is a secret and never logged.</summary>
    public string Url { get; set => field = value ?? ""; } = "";

    /// <summary>
    /// dingtalk: the secret of the robot's signature (<c>SEC…</c>); webhook: the key of the signature header. Empty: nothing is signed.
    /// </summary>
    public string Secret { get; set => field = value ?? ""; } = "";

    /// <summary>dingtalk: the word that the robot asks every message to contain; put in front where a text lacks it.</summary>
    public string Keyword { get; set => field = value ?? ""; } = "";

    /// <summary>dingtalk: mobile numbers of people who are mentioned in urgent messages.</summary>
    public IList<string> AtMobiles { get; set => field = value ?? []; } = [];

    /// <summary>dingtalk: whether urgent messages mention everybody.</summary>
    public bool AtAll { get; set; }

    /// <summary>wecom: user ids of people who are mentioned in urgent messages.</summary>
    public IList<string> MentionUserIds { get; set => field = value ?? []; } = [];

    /// <summary>Messages in any 60 seconds at most, 0 for no limit. If not given: 20 for robots, as both document, and none for others.</summary>
    public int? MessagesPerMinute { get; set; }

    /// <summary>How long one attempt may take.</summary>
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>email: the SMTP server.</summary>
    public string Host { get; set => field = value ?? ""; } = "";

    /// <summary>email: its TCP port.</summary>
    public int Port { get; set; } = 587;

    /// <summary>
    /// email: <c>starttls</c> (nothing is sent to a server that does not offer it), <c>implicit</c> (usually port 465) or <c>none</c>.
    /// </summary>
    public string Tls { get; set => field = value ?? ""; } = ChannelTypes.StartTls;

    /// <summary>email: user name; empty where the server asks for none.</summary>
    public string User { get; set => field = value ?? ""; } = "";

    /// <summary>email: password.</summary>
    public string Password { get; set => field = value ?? ""; } = "";

    /// <summary>email: sender's address.</summary>
    public string From { get; set => field = value ?? ""; } = "";

    /// <summary>email: addresses of the receivers.</summary>
    public IList<string> To { get; set => field = value ?? []; } = [];

    internal TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    internal int Limit => MessagesPerMinute ?? (ChannelTypes.IsRobot(Type) ? ChannelTypes.RobotMessagesPerMinute : 0);
}
