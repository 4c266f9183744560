using Seckill.Faults;
using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts.Channels;

/// <summary>A channel with the fault points around its messages.</summary>
sealed class ChannelFaults(IAlertChannel channel, FaultPoints faults) : IAlertChannel
{
    public string Name => channel.Name;

    public string Receiver => channel.Receiver;

    public async Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        await faults.PassAsync(KnownPoints.BeforeAlertSend, cancellationToken).ConfigureAwait(false);
        var result = await channel.SendAsync(message, cancellationToken).ConfigureAwait(false);
        await faults.PassAsync(KnownPoints.AfterAlertSend, cancellationToken).ConfigureAwait(false);
        return result;
    }
}
