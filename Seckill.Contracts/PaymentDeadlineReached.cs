namespace Seckill.Contracts;

/// <summary>Event of the clock: a committed order may have passed its payment deadline. The transaction checks and cancels it.</summary>
public sealed record PaymentDeadlineReached
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }
}
