namespace Seckill.Contracts;

/// <summary>
/// Command, queue <see cref="QueueNames.Compensation"/>: make one attempt to bring an order to a consistent end. Only the first message for an attempt
/// has an effect.
/// </summary>
public sealed record AttemptCompensation
{
    /// <summary>The order.</summary>
    public required Guid OrderId { get; init; }

    /// <summary>Which attempt, from 1.</summary>
    public required int Attempt { get; init; }
}
