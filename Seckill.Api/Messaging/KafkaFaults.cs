using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Kafka;

namespace Seckill.Api.Messaging;

/// <summary>The fault points around what the API does with Kafka.</summary>
sealed class KafkaFaults(FaultPoints faults) : IKafkaInterceptor
{
    public ValueTask BeforeProduceAsync(string topic, object? message, CancellationToken cancellationToken) => PassAsync(KnownPoints.BeforeProduce, message, cancellationToken);

    public ValueTask AfterProduceAsync(string topic, object? message, CancellationToken cancellationToken) => PassAsync(KnownPoints.AfterProduce, message, cancellationToken);

    public void BeforeOffsetStore(string topic) => faults.Pass(KnownPoints.BeforeOffsetStore);

    public void AfterOffsetStore(string topic) => faults.Pass(KnownPoints.AfterOffsetStore);

    ValueTask PassAsync(FaultPoint point, object? message, CancellationToken cancellationToken)
        => message is SeckillRequested order ? faults.PassAsync(point, order.OrderId, order.BuyerId, cancellationToken) : ValueTask.CompletedTask;
}
