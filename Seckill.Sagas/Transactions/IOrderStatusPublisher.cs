using Seckill.Contracts;

namespace Seckill.Sagas.Transactions;

/// <summary>Tells the world what became of an order.</summary>
public interface IOrderStatusPublisher
{
    /// <summary>Publishes; the task ends when the news is safe with the broker.</summary>
    Task PublishAsync(OrderStatusChanged message, CancellationToken cancellationToken = default);
}
