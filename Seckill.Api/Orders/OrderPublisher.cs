using Seckill.Contracts;
using Seckill.Kafka;

namespace Seckill.Api.Orders;

/// <summary>
/// Publishes admitted orders to Kafka. It may fail, and the buyer is none the worse: the write-ahead entry stays due, and the relay publishes it.
/// </summary>
sealed class OrderPublisher(
    ITopicProducer<SeckillRequested> producer, IKafkaHealth kafka, PublishedOrders published, ApiMetrics metrics, TimeProvider clock,
    ILogger<OrderPublisher> logger)
{
    /// <summary>How long a buyer waits for Kafka's confirmation before being answered without it.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Publishes; returns when Kafka has confirmed, or does not look as if it would soon.</summary>
    public async Task PublishAsync(SeckillRequested order)
    {
        if (kafka.Reachability == KafkaReachability.Unreachable)
        {
            metrics.LeftToRelay();
            return;
        }

        var producing = ProduceAsync(order);
        if (!producing.IsCompleted)
            await producing.WaitAsync(Patience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task ProduceAsync(SeckillRequested order)
    {
        try
        {
            // Not the request's token: a buyer who hangs up does not take the order back.
            await producer.Produce(order, CancellationToken.None);
        }
        catch (KafkaProduceException exception)
        {
            metrics.LeftToRelay();
            logger.LogDebug(exception, "Order {OrderId} is left to the relay", order.OrderId);
            return;
        }

        published.Add(order);
    }
}
