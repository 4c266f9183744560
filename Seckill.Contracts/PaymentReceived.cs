namespace Seckill.Contracts;

/// <summary>
/// Event, on the bus: the payment provider says that an order was paid. It may come again, late, or after the order was cancelled; a
/// payment that can't be kept is refunded. Answered by <see cref="OrderActionResult"/> when it is a request.
/// </summary>
public sealed record PaymentReceived
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>The provider's id of this payment; repeats carry the same one.</summary>
    public required string PaymentId { get; init; }

    /// <summary>What was paid, in cents.</summary>
    public required long AmountCents { get; init; }

    /// <summary>When it was paid, by the provider's clock.</summary>
    public required DateTimeOffset PaidAt { get; init; }
}
