namespace Seckill.Payments;

/// <summary>A payment service: takes the buyer's money, says so by a signed callback, and gives it back when asked.</summary>
public interface IPaymentProvider
{
    /// <summary>Opens a payment for an order. Repeats for the same order return the same payment.</summary>
    Task<PaymentSession> CreateAsync(Guid orderId, long amountCents, CancellationToken cancellationToken = default);

    /// <summary>Reads a callback: null when the signature does not fit the body, or the body is not one of ours.</summary>
    /// <param name="body">The raw body, as it came.</param>
    /// <param name="signature">The signature header's value.</param>
    PaymentNotification? ReadCallback(ReadOnlySpan<byte> body, string? signature);

    /// <summary>Gives a payment back. Repeats for the same payment do nothing.</summary>
    Task RefundAsync(string paymentId, Guid orderId, long amountCents, CancellationToken cancellationToken = default);
}

/// <summary>A payment that a buyer can make.</summary>
/// <param name="PaymentId">The provider's id of it.</param>
/// <param name="PayUrl">Where the buyer pays.</param>
public sealed record PaymentSession(string PaymentId, Uri PayUrl);

/// <summary>What a callback says.</summary>
/// <param name="PaymentId">The provider's id of the payment.</param>
/// <param name="OrderId">The order it is for.</param>
/// <param name="AmountCents">What was paid, in cents.</param>
/// <param name="PaidAt">When, by the provider's clock.</param>
public sealed record PaymentNotification(string PaymentId, Guid OrderId, long AmountCents, DateTimeOffset PaidAt);
