namespace Seckill.Contracts;

/// <summary>The answer to a command about one order.</summary>
public sealed record OrderActionResult
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>Whether the command was carried out, now or by an earlier delivery of it.</summary>
    public required bool Accepted { get; init; }

    /// <summary>The order's status after it: one of <see cref="OrderStatus"/>; null when no such order is known.</summary>
    public string? Status { get; init; }

    /// <summary>The transaction's state after it, by name; null when no such order is known.</summary>
    public string? State { get; init; }

    /// <summary>Why it was refused, for machines: <c>unknown_order</c>, <c>too_late</c>, …; null when accepted.</summary>
    public string? Code { get; init; }

    /// <summary>Why it was refused, for people; null when accepted.</summary>
    public string? Message { get; init; }
}
