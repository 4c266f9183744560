using Seckill.Operations.Alerts.Texts;

namespace Seckill.Operations.Alerts.Channels;

/// <summary>A way to tell people. One attempt per call: repeating and limiting is the caller's.</summary>
interface IAlertChannel
{
    /// <summary>Name in the configuration.</summary>
    string Name { get; }

    /// <summary>The receiver, whatever the channel's name: what shares this shares one limit of messages. Not a secret.</summary>
    string Receiver { get; }

    /// <summary>Sends a message.</summary>
    /// <exception cref="HttpRequestException">The receiver can't be reached.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">The attempt was given up.</exception>
    Task<DeliveryResult> SendAsync(AlertMessage message, CancellationToken cancellationToken);
}
