using System.Diagnostics;

using MassTransit;

using Microsoft.Extensions.Logging;

using Seckill.Contracts;
using Seckill.Sagas.GroupCommit;

namespace Seckill.Sagas.Transactions;

/// <summary>What spans of transactions say. Each method does nothing where nothing is traced.</summary>
static class OrderSpans
{
    /// <summary>Tag: the state of the transaction after a step.</summary>
    public const string StateTag = "seckill.state";

    /// <summary>Tag: one of <see cref="RefusalReasons"/>, where an order is refused or given up.</summary>
    public const string ReasonTag = "seckill.reason";

    /// <summary>Tag: which attempt of compensation, or of the dead-letter consumer, it is; from 1.</summary>
    public const string AttemptTag = "seckill.attempt";

    /// <summary>Begins the span in which a transaction handles a message.</summary>
    public static Activity? Handle<T>(ConsumeContext<T> context, Guid orderId)
        where T : class
        => OrderTrace.IsOn ? OrderTrace.Start(Names<T>.Handle, orderId, ActivityKind.Internal, TraceParentOf(context)) : null;

    /// <summary>Begins the span of a consumer that has to do with orders that failed: they are always traced.</summary>
    public static Activity? HandleFailed<T>(ConsumeContext<T> context, Guid orderId)
        where T : class
        => OrderTrace.IsOn ? OrderTrace.StartAlways(Names<T>.Consume, orderId, ActivityKind.Consumer, TraceParentOf(context)) : null;

    /// <summary>Says where a step has brought the transaction.</summary>
    public static void Describe(Activity? span, OrderTransactionState instance)
    {
        span?.SetTag(StateTag, instance.CurrentState);
        if (instance.Reason is { } reason)
            span?.SetTag(ReasonTag, reason);
    }

    /// <summary>
    /// Says that what the span stands for failed, and how: by the exception's type, since its message may hold anything, and the log has it. Losing a race is no
    /// failure: the message is handled again.
    /// </summary>
    public static void Failed(Activity? span, Exception exception)
    {
        if (span is null)
            return;

        var cause = exception.GetBaseException();
        if (cause is TransactionExistsException or TransactionConflictException)
            span.AddEvent(new ActivityEvent("lost race"));
        else
            span.SetStatus(ActivityStatusCode.Error, cause.GetType().Name).SetTag("error.type", cause.GetType().FullName);
    }

    /// <summary>Has an order's trace made that was rolled back for no reason of its buyer's or of an operator's.</summary>
    public static async Task RolledBackAsync(TransactionLedger ledger, OrderTransactionState instance, ILogger logger, CancellationToken cancellationToken)
    {
        if (!OrderTrace.IsOn || instance is not { StoredState: TransactionStates.RolledBack, Reason: { } reason } || !IsTechnical(reason))
            return;

        Activity.Current?.SetStatus(ActivityStatusCode.Error, reason);
        await ReconstructedTrace.MakeAsync(
            ledger, instance.CorrelationId, instance.CreatedAt, instance.DecidedAt ?? instance.CreatedAt, reason, logger, cancellationToken);
    }

    static bool IsTechnical(string reason) => reason
        is RefusalReasons.Fault or RefusalReasons.TimedOut or RefusalReasons.StockDisagreement or RefusalReasons.ReservationReleased;

    /// <summary>What is here already goes before what the message says: it came with it.</summary>
    static string? TraceParentOf(ConsumeContext context) => OrderTrace.IsTraced ? null : context.Headers.Get<string>(OrderTrace.TraceParent);

    static class Names<T>
    {
        public static readonly string Handle = "transaction " + typeof(T).Name;
        public static readonly string Consume = "consume " + typeof(T).Name;
    }
}
