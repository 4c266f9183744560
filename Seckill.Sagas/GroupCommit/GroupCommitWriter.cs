using System.Diagnostics;
using System.Threading.Channels;

using Seckill.Contracts;
using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.GroupCommit;

/// <summary>
/// Turns the writes of many concurrent callers into few transactions. A batch is whatever arrived while the last one was being
/// committed: there is no timer, so a lone write waits for nobody and a crowd shares one COMMIT. A caller is told "done" only after its
/// batch's COMMIT returned. The idea is that of a database's own group commit (DeWitt et al., "Implementation Techniques for Main Memory
/// Database Systems", SIGMOD 1984), one level up.
/// </summary>
/// <typeparam name="TRow">What a caller wants written.</typeparam>
/// <typeparam name="TOutcome">What the caller is told.</typeparam>
sealed class GroupCommitWriter<TRow, TOutcome> : IAsyncDisposable
{
    readonly IGroupCommitBatch<TRow, TOutcome> _batch;
    readonly int _maxBatch;
    readonly Action<WrittenBatch> _written;
    readonly Channel<PendingRow<TRow, TOutcome>> _channel;
    readonly CancellationTokenSource _stopping = new();
    readonly string _spanName;
    readonly Task _loop;

    /// <summary>Starts the writer.</summary>
    /// <param name="batch">Writes a batch.</param>
    /// <param name="maxBatch">Rows in a batch at most.</param>
    /// <param name="capacity">Rows that wait at most.</param>
    /// <param name="written">Is told of each batch, whatever came of it.</param>
    /// <param name="phase">What the rows are written for; batches are named after it in traces.</param>
    public GroupCommitWriter(IGroupCommitBatch<TRow, TOutcome> batch, int maxBatch, int capacity, Action<WrittenBatch> written, string phase)
    {
        _batch = batch;
        _maxBatch = maxBatch;
        _written = written;
        _spanName = "group commit " + phase;
        _channel = Channel.CreateBounded<PendingRow<TRow, TOutcome>>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Writes a row in the next batch. A full queue makes the caller wait: that is the back-pressure.</summary>
    public async Task<TOutcome> WriteAsync(TRow row, CancellationToken cancellationToken)
    {
        var pending = new PendingRow<TRow, TOutcome>(row);
        await _channel.Writer.WriteAsync(pending, cancellationToken);
        return await pending.Outcome;
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    async Task RunAsync()
    {
        var reader = _channel.Reader;
        var rows = new List<PendingRow<TRow, TOutcome>>(_maxBatch);
        // Whoever wrote first has lent this loop the context it runs in.
        Activity.Current = null;
        while (await reader.WaitToReadAsync())
        {
            rows.Clear();
            while (rows.Count < _maxBatch && reader.TryRead(out var row))
                rows.Add(row);

            var began = Stopwatch.GetTimestamp();
            using var span = StartSpan(rows);
            try
            {
                await _batch.ExecuteAsync(rows, _stopping.Token);
                Complete(rows, new InvalidOperationException("The batch ended without an outcome for this row"));
            }
            catch (Exception exception)
            {
                // Nothing is lost here: every caller of this batch that has no outcome yet gets the exception.
                Complete(rows, exception);
                OrderSpans.Failed(span, exception);
            }

            _written(new WrittenBatch(rows.Count, Stopwatch.GetElapsedTime(rows[0].Since, began), Stopwatch.GetElapsedTime(began)));
        }
    }

    /// <summary>A batch has a span of its own as soon as one of its rows belongs to a traced order.</summary>
    Activity? StartSpan(List<PendingRow<TRow, TOutcome>> rows)
    {
        List<Activity>? callers = null;
        foreach (var row in rows)
        {
            if (row.Span is { } span)
                (callers ??= []).Add(span);
        }

        return callers is null
            ? null
            : OrderTrace.StartShared(_spanName, ActivityKind.Client, callers)?.SetTag("db.system.name", "mysql").SetTag("db.operation.batch.size", rows.Count);
    }

    static void Complete(List<PendingRow<TRow, TOutcome>> rows, Exception exception)
    {
        foreach (var row in rows)
            row.TrySetException(exception);
    }
}

/// <summary>How one batch of a <see cref="GroupCommitWriter{TRow,TOutcome}"/> is written.</summary>
interface IGroupCommitBatch<TRow, TOutcome>
{
    /// <summary>Writes the rows and gives each its outcome; an exception goes to all rows that have none.</summary>
    Task ExecuteAsync(IReadOnlyList<PendingRow<TRow, TOutcome>> rows, CancellationToken cancellationToken);
}

/// <summary>A batch that is over.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="LongestWait">How long the first of them had waited for it to begin.</param>
/// <param name="Duration">How long it took.</param>
readonly record struct WrittenBatch(int Rows, TimeSpan LongestWait, TimeSpan Duration);

/// <summary>A row that waits for its batch.</summary>
sealed class PendingRow<TRow, TOutcome>(TRow row)
{
    readonly TaskCompletionSource<TOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TRow Row { get; } = row;

    /// <summary>The span that waits for it, if its order is traced.</summary>
    public Activity? Span { get; } = OrderTrace.IsTraced ? Activity.Current : null;

    /// <summary>Since when, as <see cref="Stopwatch"/> counts.</summary>
    public long Since { get; } = Stopwatch.GetTimestamp();

    public Task<TOutcome> Outcome => _completion.Task;

    public void SetOutcome(TOutcome outcome) => _completion.TrySetResult(outcome);

    public void TrySetException(Exception exception) => _completion.TrySetException(exception);
}
