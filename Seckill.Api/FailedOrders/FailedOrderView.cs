using Seckill.Operations.Archive;

namespace Seckill.Api.FailedOrders;

/// <summary>An archived order in a list: without its payload and history.</summary>
sealed record FailedOrderSummary(
    string ArchiveId, Guid? OrderId, long? ActivityId, long? SkuId, string? BuyerId, int? Quantity, long? AmountCents, string Cause, string LastError,
    string? State, int Attempts, int DeadLetterAttempts, DateTimeOffset FirstFailedAt, DateTimeOffset ArchivedAt, Handling? Handling)
{
    public static FailedOrderSummary Of(FailedOrder order) => new(
        order.ArchiveId, order.OrderId, order.ActivityId, order.SkuId, order.BuyerId, order.Quantity, order.AmountCents, order.Cause, order.LastError,
        order.State, order.Attempts, order.DeadLetterAttempts, order.FirstFailedAt, order.ArchivedAt, order.Handling);
}

/// <summary>A page of the archive, those that were archived last first.</summary>
/// <param name="Items">The orders.</param>
/// <param name="Next">The next page; null on the last one.</param>
sealed record FailedOrderList(IReadOnlyList<FailedOrderSummary> Items, string? Next);

/// <summary>What an operator says when an order is handled, or processed again.</summary>
/// <param name="Note">What was done, or why.</param>
sealed record HandleWish(string Note);

/// <summary>Which archived orders an operator wants processed again. Those that are handled already are left out.</summary>
sealed record ReprocessWish(
    bool DryRun, long? ActivityId, string? BuyerId, string? Cause, DateTimeOffset? From, DateTimeOffset? Before, int? Limit, string? Note);

/// <summary>What is going to happen, or would.</summary>
/// <param name="DryRun">Whether nothing was done.</param>
/// <param name="Matched">Orders that the filter lets through, up to the limit.</param>
/// <param name="Sent">Orders that workers were told to process.</param>
/// <param name="Actions">How many orders each action is for.</param>
/// <param name="Items">Each order of a dry run.</param>
sealed record ReprocessPlan(bool DryRun, int Matched, int Sent, IReadOnlyDictionary<string, int> Actions, IReadOnlyList<PlannedReprocess> Items);

/// <summary>What processing an order again would do.</summary>
/// <param name="ArchiveId">The order.</param>
/// <param name="State">The state of its transaction now; null when it has none.</param>
/// <param name="Action"><c>begin</c>, <c>commit</c>, <c>roll_back</c>, <c>finish</c>, <c>mark_handled</c>, or <c>none</c> when the record can't be read.</param>
sealed record PlannedReprocess(string ArchiveId, string? State, string Action);
