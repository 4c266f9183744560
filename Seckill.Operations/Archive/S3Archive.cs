using System.Runtime.CompilerServices;

using Microsoft.Extensions.Options;

using Seckill.Operations.Postgres;

namespace Seckill.Operations.Archive;

/// <summary>
/// The archive in a bucket: a JSON document per order, and an index of empty objects whose names sort the last archived first.
/// <para>
/// The entry is written before the document. It counts only when the document exists and has its time, so that a crash between the two
/// leaves an entry that nobody sees, and the next attempt to archive the order completes it. Filters other than times read each document.
/// </para>
/// </summary>
public sealed class S3Archive(IOptions<ArchiveOptions> options) : IFailedOrderArchive, IDisposable
{
    /// <summary>Documents that are read at once.</summary>
    const int ReadAhead = 8;

    /// <summary>Names that a server lists at once, at most.</summary>
    const int MostEntries = 1_000;

    /// <summary>How often somebody else may be faster before it is an error.</summary>
    const int Attempts = 20;

    readonly S3Bucket _bucket = new(options);

    /// <summary>Within a process nobody needs to be faster: orders take turns, by their ids.</summary>
    readonly SemaphoreSlim[] _turns = Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1)).ToArray();

    /// <inheritdoc/>
    public Task<bool> AddAsync(FailedOrder order, CancellationToken cancellationToken = default)
    {
        var normal = FailedOrderForm.Normalise(order);
        return ChangeAsync("An order could not be archived", normal.ArchiveId, async (before, token) =>
        {
            if (before is not null && !FailedOrderForm.IsOpenedAgainBy(before.Order, normal))
            {
                await _bucket.WriteEntryAsync(_bucket.Keys.Entry(ArchivePosition.Of(before.Order)), token).ConfigureAwait(false);
                return (true, false);
            }

            var after = before is null ? normal : FailedOrderForm.OpenAgain(before.Order, normal);
            await _bucket.WriteEntryAsync(_bucket.Keys.Entry(ArchivePosition.Of(after)), token).ConfigureAwait(false);
            if (!await _bucket.WriteAsync(_bucket.Keys.Document(after.ArchiveId), after, before, token).ConfigureAwait(false))
                return (false, false);

            if (before is not null && before.Order.ArchivedAt != after.ArchivedAt)
                await _bucket.DeleteAsync(_bucket.Keys.Entry(ArchivePosition.Of(before.Order)), token).ConfigureAwait(false);
            return (true, true);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<FailedOrder?> FindAsync(string archiveId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archiveId);
        return S3Bucket.UseAsync("An archived order could not be read", async token =>
        {
            var found = await _bucket.ReadAsync(_bucket.Keys.Document(PostgresText.Clean(archiveId)), token).ConfigureAwait(false);
            return found?.Order;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<FailedOrderPage> ListAsync(FailedOrderFilter filter, string? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        var position = after is null ? (ArchivePosition?)null : ArchivePosition.Parse(after);
        var items = new List<FailedOrder>();
        await foreach (var order in ReadAsync(filter, position, Math.Min(limit + 1, MostEntries), cancellationToken).ConfigureAwait(false))
        {
            if (items.Count == limit)
                return new FailedOrderPage(items, ArchivePosition.Of(items[^1]).ToString());
            items.Add(order);
        }

        return new FailedOrderPage(items, null);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<FailedOrder> ReadAsync(FailedOrderFilter filter, CancellationToken cancellationToken = default)
        => ReadAsync(filter, after: null, MostEntries, cancellationToken);

    /// <inheritdoc/>
    public async Task<long> CountAsync(FailedOrderFilter filter, CancellationToken cancellationToken = default)
    {
        var count = 0L;
        await foreach (var _ in ReadAsync(filter, cancellationToken).ConfigureAwait(false))
            count++;
        return count;
    }

    /// <inheritdoc/>
    public Task<HandleOutcome> MarkHandledAsync(string archiveId, Handling handling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archiveId);
        var normal = FailedOrderForm.Normalise(handling);
        var tried = false;
        return ChangeAsync("An archived order could not be marked", PostgresText.Clean(archiveId), async (before, token) =>
        {
            if (before is null)
                return (true, HandleOutcome.Unknown);
            // A write whose answer is lost is repeated by the client, and then refused because of itself.
            if (before.Order.Handling is { } found)
                return (true, tried && found == normal ? HandleOutcome.Handled : HandleOutcome.AlreadyHandled);

            tried = true;
            var key = _bucket.Keys.Document(before.Order.ArchiveId);
            var written = await _bucket.WriteAsync(key, before.Order with { Handling = normal }, before, token).ConfigureAwait(false);
            return (written, HandleOutcome.Handled);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bucket.Dispose();
        foreach (var turn in _turns)
            turn.Dispose();
    }

    /// <summary>Lets <paramref name="change"/> look at a document and write it; once more when another process was faster.</summary>
    Task<T> ChangeAsync<T>(string failure, string archiveId, Func<StoredOrder?, CancellationToken, Task<(bool Done, T Result)>> change,
        CancellationToken cancellationToken) => S3Bucket.UseAsync(failure, async token =>
        {
            var turn = _turns[(uint)StringComparer.Ordinal.GetHashCode(archiveId) % _turns.Length];
            await turn.WaitAsync(token).ConfigureAwait(false);
            try
            {
                for (var attempt = 0; attempt < Attempts; attempt++)
                {
                    var before = await _bucket.ReadAsync(_bucket.Keys.Document(archiveId), token).ConfigureAwait(false);
                    if (await change(before, token).ConfigureAwait(false) is (true, var result))
                        return result;
                }

                throw new TimeoutException($"'{archiveId}' was changed by others {Attempts} times in the meantime");
            }
            finally
            {
                turn.Release();
            }
        }, cancellationToken);

    async IAsyncEnumerable<FailedOrder> ReadAsync(FailedOrderFilter filter, ArchivePosition? after, int wanted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var normal = FailedOrderForm.Normalise(filter);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = new Queue<Task<FailedOrder?>>();
        try
        {
            await foreach (var entry in EntriesAsync(normal, after, wanted, cancellationToken).ConfigureAwait(false))
            {
                reading.Enqueue(ReadAsync(entry, stop.Token));
                if (reading.Count == ReadAhead && await reading.Dequeue().ConfigureAwait(false) is { } order && FailedOrderForm.Matches(normal, order))
                    yield return order;
            }

            while (reading.TryDequeue(out var read))
            {
                if (await read.ConfigureAwait(false) is { } order && FailedOrderForm.Matches(normal, order))
                    yield return order;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(reading)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async IAsyncEnumerable<ArchivePosition> EntriesAsync(FailedOrderFilter filter, ArchivePosition? after, int wanted,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var keys = _bucket.Keys;
        var last = filter.Before is { } before ? keys.Before(before) : keys.IndexPrefix;
        if (after is { } position && string.CompareOrdinal(keys.Entry(position), last) > 0)
            last = keys.Entry(position);
        // As many as are wanted, and more each time that a filter has not let enough of them through.
        for (var limit = wanted; ; limit = Math.Min(limit * 2, MostEntries))
        {
            var page = await S3Bucket.UseAsync("The archive could not be listed", token => _bucket.ListAsync(keys.IndexPrefix, last, limit, token),
                cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
                yield break;

            foreach (var entry in page.Select(keys.Parse))
            {
                if (entry?.ArchivedAt < filter.From)
                    yield break;
                if (entry is { } known)
                    yield return known;
            }

            last = page[^1];
        }
    }

    /// <summary>The order that an entry stands for; null when it does not count (any more).</summary>
    async Task<FailedOrder?> ReadAsync(ArchivePosition entry, CancellationToken cancellationToken)
    {
        var order = await FindAsync(entry.ArchiveId, cancellationToken).ConfigureAwait(false);
        return order?.ArchivedAt == entry.ArchivedAt ? order : null;
    }
}
