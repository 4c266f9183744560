using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger.Compensation;
using Seckill.Operations.Alerts;
using Seckill.Operations.Archive;
using Seckill.Operations.CompensationLog;
using Seckill.Sagas.Circuit;
using Seckill.Sagas.Compensation;
using Seckill.Sagas.GroupCommit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.DeadLetters;

/// <summary>
/// The last attempts at an order, and its archive. What it counts is in MySQL, so that a record that is read again goes on where it was; the record is
/// done with when the order is at an end or in the archive.
/// </summary>
public sealed class DeadLetterProcess(
    CompensationStore store, CompensationProcess compensation, TransactionRunner runner, TransactionLedger ledger, RetryDelays delays,
    DependencyCircuit circuit, IFailedOrderArchive archive, IAlerts alerts, ICompensationLog log, CompensationMetrics metrics, FaultPoints faults,
    TimeProvider time, IOptions<CompensationOptions> options, ILogger<DeadLetterProcess> logger) : IDisposable
{
    internal const string Stage = "dead_letter";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // Waiting costs nothing and many do; only so many are worked on at once.
    readonly SemaphoreSlim _turns = new(options.Value.ConcurrentDeadLetters);

    /// <summary>Takes an order to its end or to the archive.</summary>
    /// <exception cref="ArchiveUnavailableException">The archive is down: the record must stay.</exception>
    public async Task HandleAsync(CompensationDeadLetter letter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var orderId = letter.Request.OrderId;
        using var span = OrderTrace.StartAlways("handle dead letter", orderId);
        await circuit.WaitAsync(cancellationToken);
        var record = await FindOrRestoreAsync(letter, cancellationToken);
        // One that compensation still tries came here by another way, and is on its way already.
        while (record is { Status: CompensationStatus.Exhausted or CompensationStatus.DeadLetter })
        {
            var attempt = record.DeadLetterAttempts + 1;
            await WaitUntilAsync(record.NextAttemptAt, cancellationToken);
            await _turns.WaitAsync(cancellationToken);
            try
            {
                if (await TryOrArchiveAsync(record, attempt, cancellationToken))
                    return;
            }
            finally
            {
                _turns.Release();
            }

            record = await store.FindAsync(orderId, cancellationToken);
        }
    }

    /// <summary>Keeps a record that can't be read as it is.</summary>
    /// <exception cref="ArchiveUnavailableException">The archive is down: the record must stay.</exception>
    public async Task ArchiveUnreadableAsync(UnreadableLetter letter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        // A flood of them must not take the archive's connections from one another until all give up.
        await _turns.WaitAsync(cancellationToken);
        try
        {
            await ArchiveAsync(letter, cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    async Task ArchiveAsync(UnreadableLetter letter, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var order = new FailedOrder
        {
            ArchiveId = FailedOrder.IdOf(letter.Topic, letter.Partition, letter.Offset),
            Cause = FailureCauses.Unreadable,
            LastError = letter.Error,
            Payload = Convert.ToBase64String(letter.Value),
            PayloadIsBase64 = true,
            Headers = letter.Headers,
            FirstFailedAt = letter.ProducedAt,
            ArchivedAt = now,
        };
        await AddAsync(order, cancellationToken);
        logger.LogError("{ArchiveId} can't be read and is in the archive: {Error}", order.ArchiveId, order.LastError);
        await alerts.RaiseAsync(ArchivedAlert(order, now), cancellationToken);
        metrics.AddArchived(order.Cause);
        log.Record(new CompensationStep
        {
            At = now,
            Step = CompensationStepNames.Archived,
            Cause = order.Cause,
            Detail = $"{order.ArchiveId}: {order.LastError}",
        });
    }

    /// <summary>The order's row; put back when MySQL lost it and its transaction is not at an end.</summary>
    async Task<CompensationRecord?> FindOrRestoreAsync(CompensationDeadLetter letter, CancellationToken cancellationToken)
    {
        var orderId = letter.Request.OrderId;
        if (await store.FindAsync(orderId, cancellationToken) is { } known)
            return known;
        if (await ledger.LoadAsync(orderId, cancellationToken) is { StoredState: { } state } && TransactionRunner.IsEnd(state))
            return null;

        await store.OpenAsync(
            new CompensationRecord
            {
                Status = CompensationStatus.DeadLetter,
                Attempts = letter.Attempts,
                NextAttemptAt = delays.DeadLetterDueAt(1),
                Source = nameof(CompensationDeadLetter),
                Cause = letter.Cause,
                LastError = letter.Error,
                Request = letter.Request,
                History = letter.History,
                FirstFailedAt = letter.FirstFailedAt,
            },
            cancellationToken);
        return await store.FindAsync(orderId, cancellationToken);
    }

    /// <summary>An older version noted no time for the first attempt: it is made at once.</summary>
    async Task WaitUntilAsync(DateTimeOffset? due, CancellationToken cancellationToken)
    {
        if (due is { } at && delays.DeadLetterWait(at) is var left && left > TimeSpan.Zero)
            await Task.Delay(left, time, cancellationToken);
    }

    /// <summary>Whether the order is at its end, or in the archive.</summary>
    async Task<bool> TryOrArchiveAsync(CompensationRecord record, int attempt, CancellationToken cancellationToken)
    {
        if (delays.DeadLetterDueAt(attempt) is not null)
            return await TryAsync(record, attempt, cancellationToken);

        await ArchiveAsync(record, cancellationToken);
        return true;
    }

    /// <summary>Whether the order is at its end.</summary>
    async Task<bool> TryAsync(CompensationRecord record, int attempt, CancellationToken cancellationToken)
    {
        await faults.PassAsync(KnownPoints.BeforeDeadLetterAttempt, record.OrderId, record.Request.BuyerId, cancellationToken);
        var began = time.GetTimestamp();
        using var span = OrderTrace.StartInside("attempt dead letter");
        span?.SetTag(OrderSpans.AttemptTag, attempt);
        try
        {
            var state = await runner.RunAsync(record.Request, cancellationToken);
            await faults.PassAsync(KnownPoints.AfterDeadLetterSucceeded, record.OrderId, record.Request.BuyerId, cancellationToken);
            await compensation.SettledAsync(record, Stage, attempt, state, time.GetElapsedTime(began), cancellationToken);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            OrderSpans.Failed(span, exception);
            if (await circuit.IsEverybodysAsync(exception, cancellationToken))
            {
                await circuit.WaitAsync(cancellationToken);
                throw;
            }

            await FailedAsync(record, attempt, exception, time.GetElapsedTime(began), cancellationToken);
            return false;
        }
    }

    async Task FailedAsync(CompensationRecord record, int attempt, Exception exception, TimeSpan lasted, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var failure = new CompensationFailure(now, Stage, attempt, FailureCauses.Of(exception), FailureCauses.Describe(exception));
        if (!await store.DeadLetterFailedAsync(record, failure, delays.DeadLetterDueAt(attempt + 1), cancellationToken))
            return;

        await faults.PassAsync(KnownPoints.AfterDeadLetterFailed, record.OrderId, record.Request.BuyerId, cancellationToken);
        delays.Note(failed: true);
        metrics.Attempted(Stage, succeeded: false);
        logger.LogError(exception, "Attempt {Attempt} at the dead letter of order {OrderId} failed", attempt, record.OrderId);
        log.Record(new CompensationStep
        {
            At = now,
            OrderId = record.OrderId,
            Step = CompensationStepNames.DeadLetterFailed,
            Attempt = attempt,
            Cause = failure.Cause,
            Detail = failure.Error,
            DurationMs = (long)lasted.TotalMilliseconds,
        });
        await store.NoteInTransactionAsync(record.OrderId, record.Attempts + attempt, "dead letter: " + failure.Error, cancellationToken);
        await alerts.RaiseAsync(
            new Alert
            {
                Severity = AlertSeverity.Warning,
                Kind = AlertKinds.DeadLetterFailed,
                Key = record.OrderId.ToString("D"),
                At = now,
                Facts =
                [
                    new("order", record.OrderId.ToString("D")), new("attempt", attempt.ToString(CultureInfo.InvariantCulture)), new("cause", failure.Cause),
                    new("error", failure.Error),
                ],
            },
            cancellationToken);
        log.Record(new CompensationStep { At = now, OrderId = record.OrderId, Step = CompensationStepNames.Alerted, Detail = AlertKinds.DeadLetterFailed });
    }

    async Task ArchiveAsync(CompensationRecord record, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var request = record.Request;
        using var span = OrderTrace.StartInside("archive");
        span?.SetStatus(ActivityStatusCode.Error, record.Cause);
        var order = new FailedOrder
        {
            ArchiveId = FailedOrder.IdOf(request.OrderId),
            OrderId = request.OrderId,
            ActivityId = request.ActivityId,
            SkuId = request.SkuId,
            BuyerId = request.BuyerId,
            Quantity = request.Quantity,
            AmountCents = request.UnitPriceCents * request.Quantity,
            Cause = record.Cause,
            LastError = record.LastError,
            State = (await ledger.LoadAsync(request.OrderId, cancellationToken))?.StoredState,
            Attempts = record.Attempts,
            DeadLetterAttempts = record.DeadLetterAttempts,
            Payload = JsonSerializer.Serialize(request, Json),
            History = [.. record.History.Select(x => new FailedAttempt(x.At, x.Stage, x.Number, x.Cause, x.Error))],
            FirstFailedAt = record.FirstFailedAt,
            ArchivedAt = now,
        };
        await AddAsync(order, cancellationToken);
        await faults.PassAsync(KnownPoints.AfterArchived, request.OrderId, request.BuyerId, cancellationToken);
        // Told before MySQL says that it is archived: a repeat after a crash here is told once all the same.
        await alerts.RaiseAsync(ArchivedAlert(order, now), cancellationToken);
        await store.NoteInTransactionAsync(request.OrderId, record.Attempts + record.DeadLetterAttempts, "archived: " + record.LastError, cancellationToken);
        if (!await store.ArchivedAsync(request.OrderId, now, cancellationToken))
            return;

        await faults.PassAsync(KnownPoints.AfterArchivedNoted, request.OrderId, request.BuyerId, cancellationToken);
        logger.LogError("Order {OrderId} was given up and is in the archive: {Error}", request.OrderId, record.LastError);
        metrics.AddArchived(record.Cause);
        metrics.AddRetries(record.Attempts + record.DeadLetterAttempts);
        log.Record(new CompensationStep
        {
            At = now,
            OrderId = request.OrderId,
            Step = CompensationStepNames.Archived,
            Attempt = record.DeadLetterAttempts,
            Cause = record.Cause,
            Detail = record.LastError,
        });
        log.Record(new CompensationStep { At = now, OrderId = request.OrderId, Step = CompensationStepNames.Alerted, Detail = AlertKinds.OrderArchived });
    }

    async Task AddAsync(FailedOrder order, CancellationToken cancellationToken)
    {
        try
        {
            await archive.AddAsync(order, cancellationToken);
        }
        catch (ArchiveUnavailableException exception)
        {
            await alerts.RaiseAsync(
                new Alert
                {
                    Severity = AlertSeverity.Urgent,
                    Kind = AlertKinds.ArchiveDown,
                    At = time.GetUtcNow(),
                    Facts = [new("reason", exception.Message)],
                },
                cancellationToken);
            throw;
        }
    }

    static Alert ArchivedAlert(FailedOrder order, DateTimeOffset now) => new()
    {
        Severity = AlertSeverity.Urgent,
        Kind = AlertKinds.OrderArchived,
        Key = order.ArchiveId,
        At = now,
        Facts = [new("order", order.ArchiveId), new("cause", order.Cause), new("error", order.LastError), new("state", order.State ?? "-")],
    };
}

/// <summary>A record of the dead-letter topic that is none of our messages.</summary>
public sealed record UnreadableLetter(
    string Topic, int Partition, long Offset, byte[] Value, IReadOnlyDictionary<string, string> Headers, string Error, DateTimeOffset ProducedAt);
