using System.Diagnostics;
using System.Globalization;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Contracts;
using Seckill.Faults;
using Seckill.Ledger.Compensation;
using Seckill.Operations.CompensationLog;
using Seckill.Sagas.Circuit;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Compensation;

/// <summary>
/// The way of an order whose transaction failed: taken in, tried again after growing delays, at last sent to the dead-letter topic. Each turn is
/// written to MySQL before the next is begun, so a worker that dies leaves an order where another finds it.
/// </summary>
public sealed class CompensationProcess
{
    internal const string TransactionStage = "transaction";
    internal const string Stage = "compensation";

    static readonly TimeSpan EverybodysPause = TimeSpan.FromSeconds(5);

    readonly CompensationStore _store;
    readonly TransactionRunner _runner;
    readonly RetryDelays _delays;
    readonly CompensationScheduler _scheduler;
    readonly CompensationDeadLetters _deadLetters;
    readonly RetryCounter _counter;
    readonly DependencyCircuit _circuit;
    readonly ICompensationLog _log;
    readonly CompensationMetrics _metrics;
    readonly FaultPoints _faults;
    readonly TimeProvider _time;
    readonly TimeSpan _lease;
    readonly ILogger _logger;

    /// <summary>Made by the container.</summary>
    public CompensationProcess(
        CompensationStore store, TransactionRunner runner, RetryDelays delays, CompensationScheduler scheduler, CompensationDeadLetters deadLetters,
        RetryCounter counter, DependencyCircuit circuit, ICompensationLog log, CompensationMetrics metrics, FaultPoints faults, TimeProvider time,
        IOptions<CompensationOptions> options, ILogger<CompensationProcess> logger)
    {
        (_store, _runner, _delays, _scheduler, _deadLetters, _counter) = (store, runner, delays, scheduler, deadLetters, counter);
        (_circuit, _log, _metrics, _faults, _time, _logger) = (circuit, log, metrics, faults, time, logger);
        _lease = TimeSpan.FromSeconds(options.Value.AttemptLeaseSeconds);
    }

    /// <summary>Takes an order in. One that is on its way already is left on it.</summary>
    public async Task BeginAsync(CompensateOrder message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var orderId = message.Request.OrderId;
        var due = _delays.DueAt(1);
        var (status, next) = After(due);
        await _faults.PassAsync(KnownPoints.BeforeCompensationBegun, orderId, message.Request.BuyerId, cancellationToken);
        var began = await _store.OpenAsync(
            new CompensationRecord
            {
                Status = status,
                NextAttemptAt = next,
                Source = message.Source,
                Cause = message.Cause,
                LastError = message.Error,
                Request = message.Request,
                History = [new CompensationFailure(message.FailedAt, TransactionStage, 1, message.Cause, message.Error)],
                FirstFailedAt = message.FailedAt,
            },
            cancellationToken);
        if (!began)
        {
            _logger.LogDebug("Order {OrderId} is being compensated already", orderId);
            return;
        }

        await _faults.PassAsync(KnownPoints.AfterCompensationBegun, orderId, message.Request.BuyerId, cancellationToken);
        _metrics.AddHandedOver(message.Cause);
        Record(orderId, CompensationStepNames.HandedOver, 0, message.Cause, $"{message.Source}: {message.Error}");
        await ContinueAsync(orderId, 1, due, cancellationToken);
    }

    /// <summary>Makes an attempt. One that is not the next, or that somebody else is making, has no effect.</summary>
    public async Task AttemptAsync(AttemptCompensation message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        await _circuit.WaitAsync(cancellationToken);
        var (orderId, attempt) = (message.OrderId, message.Attempt);
        if (!await _store.TryStartAsync(orderId, attempt, _time.GetUtcNow(), _lease, cancellationToken)
            || await _store.FindAsync(orderId, cancellationToken) is not { } record)
        {
            _logger.LogDebug("Attempt {Attempt} of order {OrderId} is not the next one, or is being made", attempt, orderId);
            return;
        }

        await _faults.PassAsync(KnownPoints.AfterAttemptStarted, orderId, record.Request.BuyerId, cancellationToken);
        var began = _time.GetTimestamp();
        string state;
        try
        {
            state = await _runner.RunAsync(record.Request, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            OrderSpans.Failed(Activity.Current, exception);
            await FailedAsync(record, attempt, exception, _time.GetElapsedTime(began), cancellationToken);
            return;
        }

        await _faults.PassAsync(KnownPoints.AfterAttemptSucceeded, orderId, record.Request.BuyerId, cancellationToken);
        await SettledAsync(record, Stage, attempt, state, _time.GetElapsedTime(began), cancellationToken);
    }

    /// <summary>The order is at a consistent end: its row and its counters go.</summary>
    internal async Task SettledAsync(
        CompensationRecord record, string stage, int attempt, string state, TimeSpan lasted, CancellationToken cancellationToken)
    {
        if (!await _store.ClearAsync(record.OrderId, cancellationToken))
            return;

        await _faults.PassAsync(KnownPoints.AfterCompensationCleared, record.OrderId, record.Request.BuyerId, cancellationToken);
        await _counter.ClearAsync(record.OrderId);
        _delays.Note(failed: false);
        _metrics.Attempted(stage, succeeded: true);
        _metrics.AddRetries(record.Attempts + record.DeadLetterAttempts);
        _logger.LogInformation("Order {OrderId} is {State} after attempt {Attempt} of {Stage}", record.OrderId, state, attempt, stage);
        Record(record.OrderId, CompensationStepNames.Succeeded, attempt, null, $"{stage}: {state}", lasted);
    }

    async Task FailedAsync(CompensationRecord record, int attempt, Exception exception, TimeSpan lasted, CancellationToken cancellationToken)
    {
        var orderId = record.OrderId;
        if (await _circuit.IsEverybodysAsync(exception, cancellationToken))
        {
            // Not this order's failure: it costs none of its attempts.
            await _circuit.WaitAsync(cancellationToken);
            var until = _time.GetUtcNow() + EverybodysPause;
            if (await _store.PutOffAsync(orderId, attempt, until, cancellationToken))
                await ContinueAsync(orderId, attempt, until, cancellationToken);
            return;
        }

        _delays.Note(failed: true);
        var failure = new CompensationFailure(
            _time.GetUtcNow(), Stage, attempt, FailureCauses.Of(exception), FailureCauses.Describe(exception));
        var due = _delays.DueAt(attempt + 1);
        var (status, next) = After(due);
        if (!await _store.AttemptFailedAsync(record, failure, status, next, cancellationToken))
            return;

        await _faults.PassAsync(KnownPoints.AfterAttemptFailed, orderId, record.Request.BuyerId, cancellationToken);
        _metrics.Attempted(Stage, succeeded: false);
        _logger.LogWarning(exception, "Attempt {Attempt} of order {OrderId} failed", attempt, orderId);
        Record(orderId, CompensationStepNames.AttemptFailed, attempt, failure.Cause, failure.Error, lasted);
        await _store.NoteInTransactionAsync(orderId, attempt, failure.Error, cancellationToken);
        await _counter.SetAsync(orderId, attempt);
        await ContinueAsync(orderId, attempt + 1, due, cancellationToken);
    }

    /// <summary>Where an order stands whose next attempt of ours is due then. Where none is left, the first one at its dead letter waits, too: what failed just now fails again.</summary>
    (string Status, DateTimeOffset? NextAttemptAt) After(DateTimeOffset? due)
        => due is null ? (CompensationStatus.Exhausted, _delays.DeadLetterDueAt(1)) : (CompensationStatus.Retrying, due);

    async Task ContinueAsync(Guid orderId, int attempt, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        if (due is not { } at)
        {
            await _deadLetters.SendAsync(orderId, cancellationToken);
            return;
        }

        Record(orderId, CompensationStepNames.Scheduled, attempt, null, at.ToString("O", CultureInfo.InvariantCulture));
        await _scheduler.ScheduleAsync(orderId, attempt, at, cancellationToken);
    }

    void Record(Guid orderId, string step, int attempt, string? cause, string? detail, TimeSpan? lasted = null) => _log.Record(new CompensationStep
    {
        At = _time.GetUtcNow(),
        OrderId = orderId,
        Step = step,
        Attempt = attempt,
        Cause = cause,
        Detail = detail,
        DurationMs = (long?)lasted?.TotalMilliseconds,
    });
}
