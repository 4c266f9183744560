using Microsoft.Extensions.Options;

using Seckill.Admission;
using Seckill.Admission.Redis;
using Seckill.Contracts;
using Seckill.Faults;

namespace Seckill.Api.Orders;

/// <summary>
/// The orders that this process brought to Kafka and has not heard a decision of. Before the relay would look at one, Redis is told that Kafka has it, so that the relay
/// leaves it alone for longer. By then most are decided, and Redis need not be told. Nothing depends on it: an order that Redis was not told of is published once more.
/// </summary>
sealed class PublishedOrders(
    StockAdmission admission, RecentOrders recent, FaultPoints faults, IOptions<AdmissionOptions> options, TimeProvider clock, ILogger<PublishedOrders> logger) : BackgroundService
{
    // An order is told of when it is one to two of these old: after half of the relay's patience at the latest.
    readonly TimeSpan _age = TimeSpan.FromSeconds(options.Value.RelayDelaySeconds) / 4;

    readonly Lock _gate = new();
    List<SeckillRequested> _young = [];
    List<SeckillRequested> _old = [];

    /// <summary>Kafka has the order.</summary>
    public void Add(SeckillRequested order)
    {
        lock (_gate)
            _young.Add(order);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_age, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await Task.WhenAll(TakeOld().Where(IsUndecided).Select(MarkAsync)).WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends; the relay publishes what is undecided once more.
        }
    }

    List<SeckillRequested> TakeOld()
    {
        lock (_gate)
        {
            var old = _old;
            (_old, _young) = (_young, []);
            return old;
        }
    }

    bool IsUndecided(SeckillRequested order) => recent.FindAnyAge(order.OrderId) is null or { Status: OrderStatus.Pending };

    async Task MarkAsync(SeckillRequested order)
    {
        try
        {
            await faults.PassAsync(KnownPoints.BeforePublishedMark, order.OrderId, order.BuyerId);
            await admission.MarkPublishedAsync(order.ActivityId, [order.OrderId]);
            await faults.PassAsync(KnownPoints.AfterPublishedMark, order.OrderId, order.BuyerId);
        }
        catch (Exception exception)
        {
            // Whatever it is: the relay publishes the order once more, and its transaction deduplicates.
            logger.Log(RedisFaults.IsTransient(exception) ? LogLevel.Debug : LogLevel.Warning, exception, "Order {OrderId} could not be marked as published", order.OrderId);
        }
    }
}
