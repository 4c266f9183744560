using Seckill.Contracts;

namespace Seckill.Admission.Relay;

/// <summary>Publishes admitted orders to topic <see cref="TopicNames.OrderEvents"/>.</summary>
public interface ISeckillRequestedPublisher
{
    /// <summary>Publishes; completes when the broker has confirmed it, and throws when it did not.</summary>
    Task PublishAsync(SeckillRequested order, CancellationToken cancellationToken = default);
}
