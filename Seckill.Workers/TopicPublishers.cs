using Seckill.Admission.Relay;
using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Kafka;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.Transactions;

namespace Seckill.Workers;

/// <summary>What became of an order: topic <see cref="TopicNames.OrderResults"/>.</summary>
sealed class OrderStatusPublisher(ITopicProducer<OrderStatusChanged> topic) : IOrderStatusPublisher
{
    public Task PublishAsync(OrderStatusChanged message, CancellationToken cancellationToken) => topic.Produce(message, cancellationToken);
}

/// <summary>Stock that came back: topic <see cref="TopicNames.StockEvents"/>.</summary>
sealed class StockChangePublisher(ITopicProducer<StockChanged> topic) : IStockChangePublisher
{
    public Task PublishAsync(StockChanged change, CancellationToken cancellationToken) => topic.Produce(change, cancellationToken);
}

/// <summary>Admitted orders that the relay found: topic <see cref="TopicNames.OrderEvents"/>.</summary>
sealed class SeckillRequestedPublisher(ITopicProducer<SeckillRequested> topic) : ISeckillRequestedPublisher
{
    public Task PublishAsync(SeckillRequested order, CancellationToken cancellationToken) => topic.Produce(order, cancellationToken);
}

/// <summary>Orders whose transaction failed, and those that were given up: topics <see cref="TopicNames.Compensation"/> and <see cref="TopicNames.CompensationDeadLetter"/>.</summary>
sealed class CompensationPublisher(ITopicProducer<CompensateOrder> orders, ITopicProducer<CompensationDeadLetter> deadLetters) : ICompensationPublisher
{
    public Task PublishAsync(CompensateOrder message, CancellationToken cancellationToken) => orders.Produce(message, cancellationToken);

    public Task PublishAsync(CompensationDeadLetter message, CancellationToken cancellationToken) => deadLetters.Produce(message, cancellationToken);
}
