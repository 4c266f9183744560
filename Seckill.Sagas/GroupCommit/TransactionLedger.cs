using Dapper;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using Seckill.Faults;
using Seckill.Ledger;
using Seckill.Ledger.Transactions;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.GroupCommit;

/// <summary>
/// The MySQL side of the two-phase commit and the store of the saga in one: an order, its stock, its transaction's state and its log
/// change together or not at all. All writes go through group-commit writers: one for each phase of the hot path (first write, commit), and one for what comes after.
/// </summary>
public sealed class TransactionLedger : IAsyncDisposable
{
    const int QueueCapacity = 20_000;

    readonly MySqlDatabase _database;
    readonly TransactionOptions _options;
    readonly TimeProvider _clock;
    readonly FaultPoints _faults;
    readonly TransactionMetrics _metrics;
    readonly LedgerSession _prepareSession;
    readonly LedgerSession _commitSession;
    readonly LedgerSession _transitionSession;
    readonly GroupCommitWriter<FirstWrite, LedgerOutcome> _prepareWriter;
    readonly GroupCommitWriter<CommitWrite, LedgerOutcome> _commitWriter;
    readonly GroupCommitWriter<TransitionWrite, LedgerOutcome> _transitionWriter;

    /// <summary>Starts the writers; they connect with the first write.</summary>
    public TransactionLedger(
        MySqlDatabase database, IOptions<TransactionOptions> options, FaultPoints faults, TransactionMetrics metrics, TimeProvider clock,
        ILogger<TransactionLedger> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _database = database;
        _options = options.Value;
        _clock = clock;
        _faults = faults;
        _metrics = metrics;
        _prepareSession = new LedgerSession(database);
        _commitSession = new LedgerSession(database);
        _transitionSession = new LedgerSession(database);
        _prepareWriter = new(new PrepareBatch(_prepareSession, faults, logger), _options.MaxBatchRows, QueueCapacity, Written("prepare"), "prepare");
        _commitWriter = new(new CommitBatch(_commitSession, faults, clock, logger), _options.MaxBatchRows, QueueCapacity, Written("commit"), "commit");
        _transitionWriter = new(new TransitionBatch(_transitionSession, faults, logger), _options.MaxBatchRows, QueueCapacity, Written("transition"), "transition");
    }

    /// <summary>The transaction of an order; null when MySQL has none.</summary>
    public async Task<OrderTransactionState?> LoadAsync(Guid orderId, CancellationToken cancellationToken = default)
    {
        await using var connection = await _database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<OrderTransactionRow>(
            OrderTransactionRow.Select, new { id = orderId.ToString("D") });
        return row?.ToState();
    }

    /// <summary>What happened to a transaction so far, in order of time.</summary>
    public Task<IReadOnlyList<TransactionStep>> ReadLogAsync(Guid orderId, CancellationToken cancellationToken = default)
        => new TransactionReader(_database).TimelineAsync(orderId, cancellationToken);

    /// <summary>
    /// Makes the instance's current state durable. On success the instance knows its new version; otherwise it is unchanged, and so is MySQL.
    /// </summary>
    /// <param name="instance">The transaction, with its <see cref="OrderTransactionState.CurrentState"/> set to what it shall be.</param>
    /// <param name="actor">Who does it, for the log.</param>
    /// <param name="detail">Why, for the log.</param>
    /// <param name="cancellationToken">Ends the wait for a place in a batch.</param>
    /// <returns>False when MySQL has no stock for a prepare.</returns>
    /// <exception cref="TransactionExistsException">The first write of a transaction that is there already.</exception>
    /// <exception cref="TransactionConflictException">Somebody else has changed the transaction since it was loaded.</exception>
    public async Task<bool> SaveAsync(OrderTransactionState instance, string actor, string? detail, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var outcome = await Retry.StepAsync(
            () => _faults.AreOn ? WriteWithFaultsAsync(instance, actor, detail, cancellationToken) : WriteAsync(instance, actor, detail, cancellationToken),
            MySqlFaults.IsTransient,
            _options.RetryMaxAttempts,
            TimeSpan.FromMilliseconds(_options.RetryFirstDelayMilliseconds),
            _options.RetryBackoffFactor,
            cancellationToken);
        switch (outcome)
        {
            case LedgerOutcome.Written:
                _metrics.Saved(instance, instance.StoredState, _clock.GetUtcNow());
                instance.RowVersion++;
                instance.StoredState = instance.CurrentState;
                instance.StoredFencingToken = instance.FencingToken;
                return true;
            case LedgerOutcome.SoldOut:
                return false;
            case LedgerOutcome.Exists:
                throw new TransactionExistsException(instance.CorrelationId);
            default:
                throw new TransactionConflictException(instance.CorrelationId);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _prepareWriter.DisposeAsync();
        await _commitWriter.DisposeAsync();
        await _transitionWriter.DisposeAsync();
        await _prepareSession.DisposeAsync();
        await _commitSession.DisposeAsync();
        await _transitionSession.DisposeAsync();
    }

    Action<WrittenBatch> Written(string phase)
    {
        var tag = KeyValuePair.Create<string, object?>(TransactionMetrics.PhaseTag, phase);
        return batch => _metrics.BatchWritten(tag, batch);
    }

    async Task<LedgerOutcome> WriteWithFaultsAsync(OrderTransactionState instance, string actor, string? detail, CancellationToken cancellationToken)
    {
        var (before, after) = instance.StoredState is null ? (KnownPoints.BeforeMySqlPrepare, KnownPoints.MySqlPrepareReply)
            : IsHotCommit(instance) ? (KnownPoints.BeforeMySqlDecision, KnownPoints.MySqlDecisionReply)
            : (KnownPoints.BeforeMySqlTransition, KnownPoints.MySqlTransitionReply);
        await _faults.PassAsync(before, instance.CorrelationId, instance.BuyerId, cancellationToken);
        var outcome = await WriteAsync(instance, actor, detail, cancellationToken);
        await _faults.PassAsync(after, instance.CorrelationId, instance.BuyerId, cancellationToken);
        return outcome;
    }

    Task<LedgerOutcome> WriteAsync(OrderTransactionState instance, string actor, string? detail, CancellationToken cancellationToken)
    {
        if (instance.StoredState is null)
            return WriteFirstAsync(instance, cancellationToken);

        return IsHotCommit(instance) ? WriteCommitAsync(instance, cancellationToken) : WriteTransitionAsync(instance, actor, detail, cancellationToken);
    }

    static bool IsHotCommit(OrderTransactionState instance)
        => instance.StoredState == TransactionStates.Prepared && instance.CurrentState == TransactionStates.Committed
            && instance.FencingToken == instance.StoredFencingToken;

    async Task<LedgerOutcome> WriteFirstAsync(OrderTransactionState instance, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var prepared = instance.CurrentState == TransactionStates.Prepared;
        DateTimeOffset? expiresAt = prepared ? now.AddSeconds(_options.TimeoutSeconds) : null;
        var outcome = await _prepareWriter.WriteAsync(new FirstWrite(instance, instance.CurrentState, now, expiresAt), cancellationToken);
        if (outcome == LedgerOutcome.Written)
        {
            instance.PreparedAt = prepared ? now : null;
            instance.DecidedAt = prepared ? null : now;
            instance.ExpiresAt = expiresAt;
        }

        return outcome;
    }

    async Task<LedgerOutcome> WriteCommitAsync(OrderTransactionState instance, CancellationToken cancellationToken)
    {
        var write = new CommitWrite(instance);
        var outcome = await _commitWriter.WriteAsync(write, cancellationToken);
        if (outcome == LedgerOutcome.Written)
        {
            instance.DecidedAt = write.DecidedAt;
            instance.ExpiresAt = write.PayBy;
        }

        return outcome;
    }

    async Task<LedgerOutcome> WriteTransitionAsync(OrderTransactionState instance, string actor, string? detail, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        if (instance.StoredState == TransactionStates.Prepared)
            instance.DecidedAt = now;

        instance.ExpiresAt = instance.CurrentState switch
        {
            TransactionStates.Committed => now.AddSeconds(instance.PaymentWindowSeconds),
            TransactionStates.RollingBack or TransactionStates.Cancelling or TransactionStates.Refunding
                => now.AddSeconds(_options.UnfinishedRetrySeconds),
            _ => null,
        };
        return await _transitionWriter.WriteAsync(new TransitionWrite(instance, now, actor, detail), cancellationToken);
    }
}
