using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Kafka;

namespace Seckill.Workers;

/// <summary>The fault points around what a worker does with Kafka.</summary>
sealed class KafkaFaults(FaultPoints faults) : IKafkaInterceptor
{
    public ValueTask BeforeProduceAsync(string topic, object? message, CancellationToken cancellationToken) => message switch
    {
        SeckillRequested order => faults.PassAsync(KnownPoints.BeforeRelayPublish, order.OrderId, order.BuyerId, cancellationToken),
        OrderStatusChanged news => faults.PassAsync(KnownPoints.BeforeStatusPublish, news.OrderId, news.BuyerId, cancellationToken),
        CompensateOrder failed => faults.PassAsync(KnownPoints.BeforeHandOver, failed.Request.OrderId, failed.Request.BuyerId, cancellationToken),
        CompensationDeadLetter letter => faults.PassAsync(KnownPoints.BeforeDeadLetterPublish, letter.Request.OrderId, letter.Request.BuyerId, cancellationToken),
        StockChanged => faults.PassAsync(KnownPoints.BeforeStockNews, cancellationToken),
        _ => faults.PassAsync(KnownPoints.BeforePoisonPublish, cancellationToken),
    };

    public ValueTask AfterProduceAsync(string topic, object? message, CancellationToken cancellationToken) => message switch
    {
        SeckillRequested order => faults.PassAsync(KnownPoints.AfterRelayPublish, order.OrderId, order.BuyerId, cancellationToken),
        OrderStatusChanged news => faults.PassAsync(KnownPoints.AfterStatusPublish, news.OrderId, news.BuyerId, cancellationToken),
        CompensateOrder failed => faults.PassAsync(KnownPoints.AfterHandOver, failed.Request.OrderId, failed.Request.BuyerId, cancellationToken),
        CompensationDeadLetter letter => faults.PassAsync(KnownPoints.AfterDeadLetterPublish, letter.Request.OrderId, letter.Request.BuyerId, cancellationToken),
        StockChanged => faults.PassAsync(KnownPoints.AfterStockNews, cancellationToken),
        _ => faults.PassAsync(KnownPoints.AfterPoisonPublish, cancellationToken),
    };

    public void BeforeOffsetStore(string topic) => faults.Pass(KnownPoints.BeforeOffsetStore);

    public void AfterOffsetStore(string topic) => faults.Pass(KnownPoints.AfterOffsetStore);
}
