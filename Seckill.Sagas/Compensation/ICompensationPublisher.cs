using Seckill.Contracts;

namespace Seckill.Sagas.Compensation;

/// <summary>Kafka, as compensation needs it. Both complete when the broker has confirmed the record, and throw when it did not.</summary>
public interface ICompensationPublisher
{
    /// <summary>Publishes to topic <see cref="TopicNames.Compensation"/>.</summary>
    Task PublishAsync(CompensateOrder message, CancellationToken cancellationToken = default);

    /// <summary>Publishes to topic <see cref="TopicNames.CompensationDeadLetter"/>.</summary>
    Task PublishAsync(CompensationDeadLetter message, CancellationToken cancellationToken = default);
}
