using Seckill.Contracts;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>
/// Publishes the order's status, which is durable already. It is awaited: if it fails the message is handled again, finds the decision
/// made, and publishes again.
/// </summary>
sealed class PublishStatusStep(IOrderStatusPublisher publisher, TimeProvider clock) : TransactionStep("publishStatus", "publish status")
{
    public override Task RunAsync(OrderTransactionState instance, object message, CancellationToken cancellationToken)
    {
        var status = TransactionStates.OrderStatusOf(instance.CurrentState);
        return publisher.PublishAsync(
            new OrderStatusChanged
            {
                OrderId = instance.CorrelationId,
                ActivityId = instance.ActivityId,
                SkuId = instance.SkuId,
                BuyerId = instance.BuyerId,
                Quantity = instance.Quantity,
                AmountCents = instance.AmountCents,
                Status = status,
                Reason = instance.Reason,
                CreatedAt = instance.CreatedAt,
                ChangedAt = status == OrderStatus.Confirmed ? instance.DecidedAt ?? clock.GetUtcNow() : clock.GetUtcNow(),
                PayBy = status == OrderStatus.Confirmed ? instance.ExpiresAt : null,
            },
            cancellationToken);
    }
}
