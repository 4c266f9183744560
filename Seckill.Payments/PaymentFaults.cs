using Seckill.Faults;

namespace Seckill.Payments;

/// <summary>A payment provider with the fault points around its calls.</summary>
sealed class PaymentFaults(IPaymentProvider provider, FaultPoints faults) : IPaymentProvider
{
    public async Task<PaymentSession> CreateAsync(Guid orderId, long amountCents, CancellationToken cancellationToken = default)
    {
        await faults.PassAsync(KnownPoints.BeforePaymentCreated, cancellationToken).ConfigureAwait(false);
        var session = await provider.CreateAsync(orderId, amountCents, cancellationToken).ConfigureAwait(false);
        await faults.PassAsync(KnownPoints.AfterPaymentCreated, cancellationToken).ConfigureAwait(false);
        return session;
    }

    public PaymentNotification? ReadCallback(ReadOnlySpan<byte> body, string? signature) => provider.ReadCallback(body, signature);

    public async Task RefundAsync(string paymentId, Guid orderId, long amountCents, CancellationToken cancellationToken = default)
    {
        await faults.PassAsync(KnownPoints.BeforeRefund, cancellationToken).ConfigureAwait(false);
        await provider.RefundAsync(paymentId, orderId, amountCents, cancellationToken).ConfigureAwait(false);
        await faults.PassAsync(KnownPoints.AfterRefund, cancellationToken).ConfigureAwait(false);
    }
}
