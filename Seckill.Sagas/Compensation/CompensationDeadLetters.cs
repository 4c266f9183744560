using Microsoft.Extensions.Logging;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger.Compensation;
using Seckill.Operations.Alerts;
using Seckill.Operations.CompensationLog;

namespace Seckill.Sagas.Compensation;

/// <summary>Brings orders that used up their attempts to the dead-letter topic.</summary>
public sealed class CompensationDeadLetters(
    CompensationStore store, ICompensationPublisher publisher, ICompensationLog log, IAlerts alerts, CompensationMetrics metrics, FaultPoints faults, TimeProvider time,
    ILogger<CompensationDeadLetters> logger)
{
    /// <summary>
    /// Sends the order's dead letter, if it has no attempt left and is not in the archive. A crash on the way, or a letter that is there still, costs a repeat.
    /// </summary>
    public async Task SendAsync(Guid orderId, CancellationToken cancellationToken)
    {
        var record = await store.FindAsync(orderId, cancellationToken);
        if (record is not { Status: CompensationStatus.Exhausted or CompensationStatus.DeadLetter })
            return;

        using var span = OrderTrace.StartAlways("dead letter", orderId);
        await publisher.PublishAsync(
            new CompensationDeadLetter
            {
                Request = record.Request,
                Cause = record.Cause,
                Error = record.LastError,
                Attempts = record.Attempts,
                FirstFailedAt = record.FirstFailedAt,
                History = record.History,
            },
            cancellationToken);
        var now = time.GetUtcNow();
        if (record.Status == CompensationStatus.DeadLetter)
        {
            logger.LogWarning("The dead letter of order {OrderId} gave no sign of life and was sent again", orderId);
            await store.MoveAsync(orderId, record.Status, record.Status, now, cancellationToken);
            return;
        }

        // It may have moved on: whoever reads the topic can be done with the letter before this line. The news is the same.
        await store.MoveAsync(orderId, CompensationStatus.Exhausted, CompensationStatus.DeadLetter, now, cancellationToken);
        await faults.PassAsync(KnownPoints.AfterDeadLetterNoted, orderId, record.Request.BuyerId, cancellationToken);
        logger.LogError("Order {OrderId} is in the dead-letter topic after {Attempts} attempts: {Error}", orderId, record.Attempts, record.LastError);
        metrics.AddDeadLettered();
        log.Record(new CompensationStep
        {
            At = now,
            OrderId = orderId,
            Step = CompensationStepNames.DeadLettered,
            Attempt = record.Attempts,
            Cause = record.Cause,
            Detail = record.LastError,
        });
        await alerts.RaiseAsync(
            new Alert
            {
                Severity = AlertSeverity.Warning,
                Kind = AlertKinds.OrderDeadLettered,
                Key = orderId.ToString("D"),
                At = now,
                Facts =
                [
                    new("order", orderId.ToString("D")), new("attempts", record.Attempts.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                    new("cause", record.Cause), new("error", record.LastError),
                ],
            },
            cancellationToken);
        log.Record(new CompensationStep { At = now, OrderId = orderId, Step = CompensationStepNames.Alerted, Detail = AlertKinds.OrderDeadLettered });
    }
}
