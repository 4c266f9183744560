using System.Diagnostics;
using System.Text.Json;

using MassTransit;

using Microsoft.Extensions.Logging;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger.Compensation;
using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.DeadLetters;

/// <summary>
/// Queue <c>reprocess-order</c>: runs the transaction of an archived order once more, and marks it as handled when it is at an end. Repeats are harmless:
/// the transaction is idempotent, and the first mark stays.
/// </summary>
public sealed class ReprocessConsumer(
    IFailedOrderArchive archive, CompensationStore store, TransactionRunner runner, TransactionLedger ledger, RetryCounter counter,
    ICompensationLog log, CompensationMetrics metrics, FaultPoints faults, TimeProvider time, ILogger<ReprocessConsumer> logger) : IConsumer<ReprocessOrder>
{
    internal const string Stage = "reprocess";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ReprocessOrder> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var span = OrderSpans.HandleFailed(context, context.Message.OrderId);
        var result = await RunAsync(context.Message, context.CancellationToken);
        if (context.ResponseAddress is not null)
            await context.RespondAsync(result);
    }

    async Task<ReprocessResult> RunAsync(ReprocessOrder message, CancellationToken cancellationToken)
    {
        var orderId = message.OrderId;
        var archived = await archive.FindAsync(FailedOrder.IdOf(orderId), cancellationToken);
        if (archived is null)
            return new ReprocessResult { OrderId = orderId, Outcome = ReprocessOutcomes.Unknown };

        // An order that was marked by hand and is not at an end is run all the same: past Prepared, or before MySQL knew it, nothing else would ever end it. The first mark stays.
        if (archived.Handling is not null && (await ledger.LoadAsync(orderId, cancellationToken))?.StoredState is { } state && TransactionRunner.IsEnd(state))
        {
            // Whoever handled it may have died before this.
            await store.ClearAsync(orderId, cancellationToken);
            return new ReprocessResult { OrderId = orderId, Outcome = ReprocessOutcomes.AlreadyHandled, State = state };
        }

        var began = time.GetTimestamp();
        try
        {
            var request = JsonSerializer.Deserialize<SeckillRequested>(archived.Payload, Json)!;
            var end = await runner.RunAsync(request, cancellationToken);
            await faults.PassAsync(KnownPoints.AfterReprocessed, orderId, request.BuyerId, cancellationToken);
            await archive.MarkHandledAsync(archived.ArchiveId, new Handling(message.RequestedBy, time.GetUtcNow(), message.Note, end), cancellationToken);
            await store.ClearAsync(orderId, cancellationToken);
            await counter.ClearAsync(orderId);
            metrics.Attempted(Stage, succeeded: true);
            Record(message, began, null, $"{end}, by {message.RequestedBy}");
            logger.LogInformation("Order {OrderId} was processed again by {Operator} and is {State}", orderId, message.RequestedBy, end);
            return new ReprocessResult { OrderId = orderId, Outcome = ReprocessOutcomes.Settled, State = end };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not ArchiveUnavailableException)
        {
            OrderSpans.Failed(Activity.Current, exception);
            var error = FailureCauses.Describe(exception);
            metrics.Attempted(Stage, succeeded: false);
            Record(message, began, FailureCauses.Of(exception), $"{error}, by {message.RequestedBy}");
            logger.LogWarning(exception, "Order {OrderId} was processed again by {Operator} and failed", orderId, message.RequestedBy);
            return new ReprocessResult { OrderId = orderId, Outcome = ReprocessOutcomes.Failed, State = archived.State, Error = error };
        }
    }

    void Record(ReprocessOrder message, long began, string? cause, string detail) => log.Record(new CompensationStep
    {
        At = time.GetUtcNow(),
        OrderId = message.OrderId,
        Step = CompensationStepNames.Reprocessed,
        Cause = cause,
        Detail = detail,
        DurationMs = (long)time.GetElapsedTime(began).TotalMilliseconds,
    });
}
