using System.Collections.Concurrent;

using Seckill.Contracts;
using Seckill.Kafka;

namespace Seckill.Api.Orders;

/// <summary>
/// Publishes admitted orders to Kafka. It may fail, and the buyer is none the worse: the write-ahead entry stays due, and the relay publishes it.
/// </summary>
sealed class OrderPublisher : IDisposable
{
    /// <summary>How long a buyer waits for Kafka's confirmation before being answered without it, and how much longer at most.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    readonly ITopicProducer<SeckillRequested> _producer;
    readonly IKafkaHealth _kafka;
    readonly PublishedOrders _published;
    readonly ApiMetrics _metrics;
    readonly TimeProvider _clock;
    readonly ILogger<OrderPublisher> _logger;

    // All wait for the same time: whoever came first is the first whose patience ends. A timer for each would cost more than publishing.
    readonly ConcurrentQueue<Buyer> _waiting = new();
    readonly ITimer _timer;
    int _isTicking;

    public OrderPublisher(
        ITopicProducer<SeckillRequested> producer, IKafkaHealth kafka, PublishedOrders published, ApiMetrics metrics, TimeProvider clock, ILogger<OrderPublisher> logger)
    {
        (_producer, _kafka, _published, _metrics, _clock, _logger) = (producer, kafka, published, metrics, clock, logger);
        _timer = clock.CreateTimer(static x => ((OrderPublisher)x!).EndPatience(), this, Tick, Tick);
    }

    /// <summary>Publishes; returns when Kafka has confirmed, or does not look as if it would soon.</summary>
    public Task PublishAsync(SeckillRequested order)
    {
        if (_kafka.Reachability == KafkaReachability.Unreachable)
        {
            _metrics.LeftToRelay();
            return Task.CompletedTask;
        }

        var buyer = new Buyer(_clock.GetTimestamp());
        _ = ProduceAsync(order, buyer);
        if (!buyer.Task.IsCompleted)
            _waiting.Enqueue(buyer);
        return buyer.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    async Task ProduceAsync(SeckillRequested order, Buyer buyer)
    {
        try
        {
            // Not the request's token: a buyer who hangs up does not take the order back.
            await _producer.Produce(order, CancellationToken.None);
            _published.Add(order);
        }
        catch (KafkaProduceException exception)
        {
            _metrics.LeftToRelay();
            _logger.LogDebug(exception, "Order {OrderId} is left to the relay", order.OrderId);
        }
        catch (Exception exception)
        {
            buyer.TrySetException(exception);
        }

        buyer.TrySetResult();
    }

    void EndPatience()
    {
        if (Interlocked.Exchange(ref _isTicking, 1) != 0)
            return;

        while (_waiting.TryPeek(out var first) && (first.Task.IsCompleted || _clock.GetElapsedTime(first.Since) >= Patience))
        {
            _waiting.TryDequeue(out _);
            first.TrySetResult();
        }

        Volatile.Write(ref _isTicking, 0);
    }

    /// <summary>One who waits.</summary>
    sealed class Buyer(long since) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Since => since;
    }
}
