using Seckill.Contracts;
using Seckill.Payments;

namespace Seckill.Sagas.Transactions.Steps;

/// <summary>
/// Gives a payment back that can't be kept, whatever its amount: the one that the message reports, or the one that the instance names. The provider ignores repeats.
/// </summary>
sealed class RefundStep(IPaymentProvider payments, bool ofMessage) : TransactionStep(ofMessage ? "refund" : "refundOfInstance", "refund")
{
    public override Task RunAsync(OrderTransactionState instance, object message, CancellationToken cancellationToken)
    {
        return ofMessage && message is PaymentReceived payment
            ? payments.RefundAsync(payment.PaymentId, payment.OrderId, payment.AmountCents, cancellationToken)
            : payments.RefundAsync(
                instance.PaymentId ?? throw new InvalidOperationException($"Transaction {instance.CorrelationId} names no payment"),
                instance.CorrelationId, instance.PaidCents ?? PaidTo(instance, message), cancellationToken);
    }

    /// <summary>An older version did not write down what was paid: the repeat of the payment says it, and without one it was what the order costs, as far as anybody knows.</summary>
    static long PaidTo(OrderTransactionState instance, object message)
        => message is PaymentReceived payment && payment.PaymentId == instance.PaymentId ? payment.AmountCents : instance.AmountCents;
}
