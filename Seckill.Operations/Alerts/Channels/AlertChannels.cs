namespace Seckill.Operations.Alerts.Channels;

/// <summary>Makes the channels that the configuration names.</summary>
static class AlertChannels
{
    public static IReadOnlyList<(IAlertChannel Channel, AlertChannelOptions Settings)> Of(AlertsOptions options, TimeProvider clock)
        => options.Channels.Select(x => (Of(x.Key, x.Value, clock), x.Value)).ToList();

    static IAlertChannel Of(string name, AlertChannelOptions settings, TimeProvider clock) => settings.Type.ToLowerInvariant() switch
    {
        ChannelTypes.DingTalk => new DingTalkRobot(name, settings, clock),
        ChannelTypes.WeCom => new WeComRobot(name, settings, clock),
        ChannelTypes.Email => new EmailChannel(name, settings),
        ChannelTypes.Webhook => new WebhookChannel(name, settings, clock),
        _ => throw new InvalidOperationException($"There is no channel type '{settings.Type}'"),
    };
}
