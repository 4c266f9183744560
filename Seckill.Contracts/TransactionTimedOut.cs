namespace Seckill.Contracts;

/// <summary>Event of the suspended scan: a transaction is past its time-out without a decision. It is rolled back.</summary>
public sealed record TransactionTimedOut
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }
}
