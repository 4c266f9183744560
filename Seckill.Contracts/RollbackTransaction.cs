namespace Seckill.Contracts;

/// <summary>Command to a transaction: roll back by hand. Answered by <see cref="OrderActionResult"/>.</summary>
public sealed record RollbackTransaction
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>Why, in the operator's words; kept in the transaction log.</summary>
    public required string Reason { get; init; }

    /// <summary>The operator: claim <c>sub</c> of the token.</summary>
    public required string RequestedBy { get; init; }
}
