using MassTransit;

using Seckill.Contracts;
using Seckill.Payments;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>
/// Gives a payment back that can't be kept: the one that the message reports, or the one that the instance names. The provider ignores repeats.
/// </summary>
sealed class RefundStep(IPaymentProvider payments, bool ofMessage) : TransactionStep(ofMessage ? "refund" : "refundOfInstance", "refund")
{
    public override Task RunAsync(BehaviorContext<OrderTransactionState> context, object message)
    {
        var instance = context.Saga;
        return ofMessage && message is PaymentReceived payment
            ? payments.RefundAsync(payment.PaymentId, payment.OrderId, payment.AmountCents, context.CancellationToken)
            : payments.RefundAsync(
                instance.PaymentId ?? throw new InvalidOperationException($"Transaction {instance.CorrelationId} names no payment"),
                instance.CorrelationId, instance.AmountCents, context.CancellationToken);
    }
}
