using Seckill.Api.Orders;
using Seckill.Contracts;

namespace Seckill.Api.Messaging;

/// <summary>Passes news of orders to those who wait for them. Deduplicates on nothing: hearing it twice changes nothing.</summary>
sealed class OrderNews(RecentOrders recent, OrderWaiters waiters)
{
    public void Hear(OrderStatusChanged news)
    {
        recent.Hear(news);
        waiters.Wake(news.OrderId);
    }
}
