using MassTransit;

using Seckill.Api.Orders;
using Seckill.Contracts;

namespace Seckill.Api.Messaging;

/// <summary>Passes news of orders to those who wait for them. Deduplicates on nothing: hearing it twice changes nothing.</summary>
sealed class OrderStatusChangedConsumer(RecentOrders recent, OrderWaiters waiters) : IConsumer<OrderStatusChanged>
{
    public Task Consume(ConsumeContext<OrderStatusChanged> context)
    {
        recent.Hear(context.Message);
        waiters.Wake(context.Message.OrderId);
        return Task.CompletedTask;
    }
}
