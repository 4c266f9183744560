namespace Seckill.Contracts;

/// <summary>
/// Command, queue <see cref="QueueNames.Reprocess"/>: an operator has an archived order processed again. Answered by <see cref="ReprocessResult"/>;
/// repeating it is harmless.
/// </summary>
public sealed record ReprocessOrder
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>The operator: claim <c>sub</c> of the token.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>Why, in the operator's words.</summary>
    public string? Note { get; init; }
}

/// <summary>The answer to <see cref="ReprocessOrder"/>.</summary>
public sealed record ReprocessResult
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>One of <see cref="ReprocessOutcomes"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The state of its transaction afterwards; null when it has none.</summary>
    public string? State { get; init; }

    /// <summary>Why it failed, in words.</summary>
    public string? Error { get; init; }
}

/// <summary>How reprocessing an order can end.</summary>
public static class ReprocessOutcomes
{
    /// <summary>The order is at a consistent end now, and its archive entry is handled.</summary>
    public const string Settled = "settled";

    /// <summary>It was handled before: nothing was done.</summary>
    public const string AlreadyHandled = "already_handled";

    /// <summary>It failed again and stays in the archive.</summary>
    public const string Failed = "failed";

    /// <summary>The archive has no such order.</summary>
    public const string Unknown = "unknown";
}
