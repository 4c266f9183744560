using Seckill.Contracts;

namespace Seckill.Admission.Stock;

/// <summary>Tells caches that stock came back: publishes to topic <see cref="TopicNames.StockEvents"/>.</summary>
public interface IStockChangePublisher
{
    /// <summary>Publishes; completes when the message is delivered.</summary>
    Task PublishAsync(StockChanged change, CancellationToken cancellationToken = default);
}
