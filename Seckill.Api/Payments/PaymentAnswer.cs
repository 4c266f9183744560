namespace Seckill.Api.Payments;

/// <summary>A payment that was begun.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Status">Its status now: <c>paid</c>, or <c>confirmed</c> while the payment is under way.</param>
/// <param name="PaymentId">The provider's id of the payment; null for an order that had been paid before.</param>
/// <param name="PayUrl">Where the buyer pays; null for an order that had been paid before.</param>
sealed record PaymentAnswer(Guid OrderId, string Status, string? PaymentId, Uri? PayUrl);
