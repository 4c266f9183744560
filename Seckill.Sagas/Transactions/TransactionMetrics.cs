using System.Diagnostics.Metrics;

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

    /// <summary>Tag: <c>committed</c> or <c>rolled_back</c>.</summary>
    public const string OutcomeTag = "outcome";

    /// <summary>Tag: <c>prepare</c> or <c>commit</c>.</summary>
    public const string PhaseTag = "phase";

    static readonly KeyValuePair<string, object?> Committed = new(OutcomeTag, "committed");
    static readonly KeyValuePair<string, object?> RolledBack = new(OutcomeTag, "rolled_back");

    readonly Meter _meter;
    readonly Counter<long> _decided;
    readonly Histogram<double> _commitDuration;
    readonly Histogram<int> _batchSize;
    readonly Histogram<double> _batchDuration;

    /// <summary>Creates the instruments.</summary>
    public TransactionMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _decided = _meter.CreateCounter<long>(Decided, "{transaction}", "Transactions that were decided");
        _commitDuration = _meter.CreateHistogram<double>(CommitDuration, "s", "Time from Prepared until Committed is durable");
        _batchSize = _meter.CreateHistogram<int>(BatchSize, "{row}", "Rows that one group commit wrote together");
        _batchDuration = _meter.CreateHistogram<double>(BatchDuration, "s", "Time that one group commit took");
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
                _decided.Add(1, Committed);
                if (instance.PreparedAt is { } preparedAt)
                    _commitDuration.Record(Math.Max(0, (now - preparedAt).TotalSeconds));
                break;
            case (TransactionStates.Prepared, TransactionStates.RollingBack) or (null, TransactionStates.RolledBack):
                _decided.Add(1, RolledBack);
                break;
        }
    }

    /// <summary>Notes a group commit.</summary>
    internal void BatchWritten(KeyValuePair<string, object?> phase, int rows, TimeSpan duration)
    {
        _batchSize.Record(rows, phase);
        _batchDuration.Record(duration.TotalSeconds, phase);
    }
}
