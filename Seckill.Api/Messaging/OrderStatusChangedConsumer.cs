using MassTransit;

using Seckill.Api.Orders;
using Seckill.Contracts;

namespace Seckill.Api.Messaging;

/// <summary>Passes news of orders to those who wait for them. Deduplicates on nothing: hearing it twice changes nothing.</summary>
sealed class OrderStatusChangedConsumer(RecentOrders recent, OrderWaiters waiters, PublishedOrders published) : IConsumer<OrderStatusChanged>
{
    public Task Consume(ConsumeContext<OrderStatusChanged> context)
    {
        recent.Hear(context.Message);
        waiters.Wake(context.Message.OrderId);
        if (context.Message.Status != OrderStatus.Pending)
            published.Forget(context.Message.OrderId);
        return Task.CompletedTask;
    }
}
