using System.Diagnostics;

using Microsoft.Extensions.Logging;

using Seckill.Contracts;
using Seckill.Sagas.GroupCommit;

namespace Seckill.Sagas.Transactions;

/// <summary>
/// The trace of an order that was not traced and then failed: what it went through until then, made from the log of its transaction. From there on it is traced as it
/// goes.
/// </summary>
static class ReconstructedTrace
{
    /// <summary>Tag: the span was made afterwards.</summary>
    public const string ReconstructedTag = "seckill.reconstructed";

    /// <summary>Makes the spans, unless the order is traced or nobody wants spans.</summary>
    /// <param name="ledger">Has the log.</param>
    /// <param name="orderId">The order.</param>
    /// <param name="admittedAt">When it was admitted.</param>
    /// <param name="failedAt">When it failed.</param>
    /// <param name="cause">Why, in a word.</param>
    /// <param name="logger">Told when the log can't be read: then the trace has no steps.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The <see cref="OrderTrace.TraceParent"/> of what comes after; null when no span was made.</returns>
    public static async Task<string?> MakeAsync(
        TransactionLedger ledger, Guid orderId, DateTimeOffset admittedAt, DateTimeOffset failedAt, string cause, ILogger logger, CancellationToken cancellationToken)
    {
        if (!OrderTrace.IsOn || OrderTrace.IsTraced || OrderTrace.IsSampled(orderId))
            return null;

        var steps = await ReadAsync(ledger, orderId, logger, cancellationToken);
        using var order = OrderTrace.StartAlways("order", orderId, at: admittedAt);
        order?.SetTag(ReconstructedTag, true).SetTag(OrderSpans.ReasonTag, cause).SetStatus(ActivityStatusCode.Error, cause);
        var before = admittedAt;
        foreach (var step in steps)
        {
            var began = step.DurationMicroseconds is { } duration ? step.OccurredAt.AddMicroseconds(-duration) : before;
            using var span = OrderTrace.StartAlways("step " + step.Step, orderId, at: began < step.OccurredAt ? began : step.OccurredAt);
            span?.SetTag(ReconstructedTag, true).SetEndTime(step.OccurredAt.UtcDateTime);
            before = step.OccurredAt;
        }

        order?.SetEndTime((failedAt > before ? failedAt : before).UtcDateTime);
        return order?.Id;
    }

    static async Task<IReadOnlyList<Ledger.Transactions.TransactionStep>> ReadAsync(
        TransactionLedger ledger, Guid orderId, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            return await ledger.ReadLogAsync(orderId, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A trace is worth no order.
            logger.LogWarning(exception, "The steps of order {OrderId} can't be read: its trace has none", orderId);
            return [];
        }
    }
}
