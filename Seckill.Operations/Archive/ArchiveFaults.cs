using Seckill.Faults;

namespace Seckill.Operations.Archive;

/// <summary>An archive with the fault points around what is written to it.</summary>
sealed class ArchiveFaults(IFailedOrderArchive archive, FaultPoints faults) : IFailedOrderArchive
{
    public async Task<bool> AddAsync(FailedOrder order, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        await PassAsync(KnownPoints.BeforeArchiveInsert, order.OrderId, order.BuyerId, cancellationToken).ConfigureAwait(false);
        var added = await archive.AddAsync(order, cancellationToken).ConfigureAwait(false);
        await PassAsync(KnownPoints.AfterArchiveInsert, order.OrderId, order.BuyerId, cancellationToken).ConfigureAwait(false);
        return added;
    }

    public Task<FailedOrder?> FindAsync(string archiveId, CancellationToken cancellationToken = default) => archive.FindAsync(archiveId, cancellationToken);

    public Task<FailedOrderPage> ListAsync(FailedOrderFilter filter, string? after, int limit, CancellationToken cancellationToken = default)
        => archive.ListAsync(filter, after, limit, cancellationToken);

    public IAsyncEnumerable<FailedOrder> ReadAsync(FailedOrderFilter filter, CancellationToken cancellationToken = default)
        => archive.ReadAsync(filter, cancellationToken);

    public Task<long> CountAsync(FailedOrderFilter filter, CancellationToken cancellationToken = default) => archive.CountAsync(filter, cancellationToken);

    public async Task<HandleOutcome> MarkHandledAsync(string archiveId, Handling handling, CancellationToken cancellationToken = default)
    {
        await PassAsync(KnownPoints.BeforeHandledMark, null, null, cancellationToken).ConfigureAwait(false);
        var outcome = await archive.MarkHandledAsync(archiveId, handling, cancellationToken).ConfigureAwait(false);
        await PassAsync(KnownPoints.AfterHandledMark, null, null, cancellationToken).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>What fails at an archive is told by its own exception, whatever the cause.</summary>
    async Task PassAsync(FaultPoint point, Guid? orderId, string? buyerId, CancellationToken cancellationToken)
    {
        try
        {
            await faults.PassAsync(point, orderId ?? default, buyerId, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is InjectedFaultException or LostReplyException)
        {
            throw new ArchiveUnavailableException(exception.Message, exception);
        }
    }
}
