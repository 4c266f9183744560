namespace Seckill.Sagas.Audit;

/// <summary>What an audit looks at.</summary>
public sealed record AuditScope
{
    /// <summary>Everything, with nothing known from outside.</summary>
    public static AuditScope All { get; } = new();

    /// <summary>The activities to check; null means all of them.</summary>
    public IReadOnlyCollection<long>? ActivityIds { get; init; }

    /// <summary>Orders that buyers were answered 202 for, as the caller of the API noted them: each of them must be in the books.</summary>
    public IReadOnlyCollection<AcceptedOrder> Accepted { get; init; } = [];

    /// <summary>
    /// The caller knows that nothing is in flight any more. Then an accepted order without a row is lost, however young it is, and an
    /// order without a decision is a finding.
    /// </summary>
    public bool Settled { get; init; }

    internal bool Includes(long activityId) => ActivityIds is null || ActivityIds.Contains(activityId);
}

/// <summary>An order that the API answered with 202.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="ActivityId">The activity that it was placed in.</param>
public readonly record struct AcceptedOrder(Guid OrderId, long ActivityId);
