namespace Seckill.Operations.Archive;

/// <summary>
/// The archive of orders that compensation gave up, from which people take them up again. Every implementation passes the same suite of tests.
/// All members throw <see cref="ArchiveUnavailableException"/> when the store can't be reached: the order then stays where it was.
/// </summary>
public interface IFailedOrderArchive
{
    /// <summary>
    /// Keeps an order; returns when it is durable. Adding the same one again changes nothing, unless it was marked handled meanwhile and has
    /// failed again since (<see cref="FailedOrder.ArchivedAt"/> is later than <see cref="Handling.At"/>): then it is open again, with the new
    /// history behind the old.
    /// </summary>
    /// <returns>Whether something was written.</returns>
    Task<bool> AddAsync(FailedOrder order, CancellationToken cancellationToken = default);

    /// <summary>The order with this id; null when there is none.</summary>
    Task<FailedOrder?> FindAsync(string archiveId, CancellationToken cancellationToken = default);

    /// <summary>A page of orders, those that were archived last first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after"><see cref="FailedOrderPage.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">How many at most, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FormatException"><paramref name="after"/> is not a position in this archive.</exception>
    Task<FailedOrderPage> ListAsync(FailedOrderFilter filter, string? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>All orders of a filter, those that were archived last first, in constant memory.</summary>
    IAsyncEnumerable<FailedOrder> ReadAsync(FailedOrderFilter filter, CancellationToken cancellationToken = default);

    /// <summary>How many orders a filter lets through.</summary>
    Task<long> CountAsync(FailedOrderFilter filter, CancellationToken cancellationToken = default);

    /// <summary>Marks an order as handled. The first mark stays.</summary>
    Task<HandleOutcome> MarkHandledAsync(string archiveId, Handling handling, CancellationToken cancellationToken = default);
}

/// <summary>What became of a wish to mark an order as handled.</summary>
public enum HandleOutcome
{
    /// <summary>It is marked now.</summary>
    Handled,

    /// <summary>It was marked before; that mark stays.</summary>
    AlreadyHandled,

    /// <summary>There is no such order.</summary>
    Unknown,
}

/// <summary>A page of the archive.</summary>
/// <param name="Items">The orders.</param>
/// <param name="Next">Where the next page begins; null when this is the last.</param>
public sealed record FailedOrderPage(IReadOnlyList<FailedOrder> Items, string? Next);

/// <summary>The archive can't be reached, or answers with an error of its own.</summary>
public sealed class ArchiveUnavailableException(string message, Exception innerException) : Exception(message, innerException);
