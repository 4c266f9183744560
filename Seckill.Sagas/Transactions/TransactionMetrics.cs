using System.Diagnostics.Metrics;

using Seckill.Sagas.GroupCommit;

namespace Seckill.Sagas.Transactions;

/// <summary>What the two-phase commit measures. No tag holds an order's id.</summary>
public sealed class TransactionMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Seckill.Transactions";

    /// <summary>Counter: transactions that were decided, by <see cref="OutcomeTag"/>. A cancelled order was committed before.</summary>
    public const string Decided = "seckill.transactions.decided";

    /// <summary>Histogram in seconds: from Prepared to the moment at which Committed is durable. An alert fires above 0.5 s.</summary>
    public const string CommitDuration = "seckill.transaction.commit.duration";

    /// <summary>Histogram: rows that one group commit wrote together, by <see cref="PhaseTag"/>.</summary>
    public const string BatchSize = "seckill.group_commit.batch_size";

    /// <summary>Histogram in seconds: how long one group commit took, by <see cref="PhaseTag"/>. A row waits for at most two of them.</summary>
    public const string BatchDuration = "seckill.group_commit.duration";

    /// <summary>Histogram in seconds: how long the first row of a group commit had waited for it to begin, by <see cref="PhaseTag"/>.</summary>
    public const string BatchWait = "seckill.group_commit.wait";

    /// <summary>Tag: <c>committed</c> or <c>rolled_back</c>.</summary>
    public const string OutcomeTag = "outcome";

    /// <summary>Tag: <c>prepare</c>, <c>commit</c> or <c>transition</c>.</summary>
    public const string PhaseTag = "phase";

    const string Committed = "committed";
    const string RolledBack = "rolled_back";

    readonly Meter _meter;
    readonly KnownCounter _decided;
    readonly Histogram<double> _commitDuration;
    readonly Histogram<int> _batchSize;
    readonly Histogram<double> _batchDuration;
    readonly Histogram<double> _batchWait;

    /// <summary>Creates the instruments.</summary>
    public TransactionMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _decided = new(_meter, Decided, "{transaction}", "Transactions that were decided", OutcomeTag, Committed, RolledBack);
        _commitDuration = _meter.CreateHistogram<double>(CommitDuration, "s", "Time from Prepared until Committed is durable");
        _batchSize = _meter.CreateHistogram<int>(BatchSize, "{row}", "Rows that one group commit wrote together");
        _batchDuration = _meter.CreateHistogram<double>(BatchDuration, "s", "Time that one group commit took");
        _batchWait = _meter.CreateHistogram<double>(BatchWait, "s", "Time that the first row of a group commit had waited for it");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>Notes a change of state that is durable, if it is a decision.</summary>
    /// <param name="instance">The transaction, as it is stored now.</param>
    /// <param name="before">Its state before; null if it had none.</param>
    /// <param name="now">The time.</param>
    internal void Saved(OrderTransactionState instance, string? before, DateTimeOffset now)
    {
        switch (before, instance.CurrentState)
        {
            case (TransactionStates.Prepared, TransactionStates.Committed):
                _decided.Add(Committed);
                if (instance.PreparedAt is { } preparedAt)
                    _commitDuration.Record(Math.Max(0, (now - preparedAt).TotalSeconds));
                break;
            case (TransactionStates.Prepared, TransactionStates.RollingBack) or (null, TransactionStates.RolledBack):
                _decided.Add(RolledBack);
                break;
        }
    }

    /// <summary>Notes a group commit.</summary>
    internal void BatchWritten(KeyValuePair<string, object?> phase, WrittenBatch batch)
    {
        _batchSize.Record(batch.Rows, phase);
        _batchDuration.Record(batch.Duration.TotalSeconds, phase);
        _batchWait.Record(batch.LongestWait.TotalSeconds, phase);
    }
}
