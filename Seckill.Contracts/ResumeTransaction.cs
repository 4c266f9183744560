namespace Seckill.Contracts;

/// <summary>Command of recovery: carry on with a transaction that stands half-done (after a crash, say). Harmless when it doesn't.</summary>
public sealed record ResumeTransaction
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }
}
