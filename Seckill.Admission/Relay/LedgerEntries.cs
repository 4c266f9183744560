using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Ledger.Orders;

namespace Seckill.Admission.Relay;

/// <summary>
/// Entries whose order MySQL knows. One that is undecided there is the clock's, which has it carried on; to publish it, too, would do its work twice.
/// Of one that is decided Redis lost the commit or the release with its tail: it is brought to MySQL's decision here, because nobody repeats a step that
/// was answered. It needs no lock: both calls are idempotent, and should the order be cancelled at this moment, its release makes a tombstone that
/// refuses a late commit. One that Redis took units for anew, because it had forgotten the order or its tombstone, is given them back if it has ended since.
/// </summary>
sealed class LedgerEntries(OrderReader orders, IStockParticipant stock, WriteAheadEntries entries)
{
    /// <summary>Settles those that are decided; returns those that MySQL does not know.</summary>
    public async Task<IReadOnlyList<SeckillRequested>> SettleAsync(
        long activityId, IReadOnlyList<OrderEntry> due, CancellationToken cancellationToken)
    {
        var known = (await orders.FindAsync(due.Select(x => x.Order.OrderId).ToList(), cancellationToken).ConfigureAwait(false))
            .ToDictionary(x => x.OrderId, x => x.Status);
        var unknown = new List<SeckillRequested>(due.Count);
        var standing = new List<OrderEntry>();
        foreach (var entry in due)
        {
            switch (known.GetValueOrDefault(entry.Order.OrderId))
            {
                case null:
                    unknown.Add(entry.Order);
                    break;
                case OrderStatus.Pending:
                    break;
                case OrderStatus.Confirmed or OrderStatus.Paid when entry.State == OrderEntryState.Committed:
                    standing.Add(entry);
                    break;
                case OrderStatus.Confirmed or OrderStatus.Paid:
                    await stock.CommitAsync(StockReservation.Of(entry.Order), cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await stock.ReleaseAsync(StockReservation.Of(entry.Order), cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        await entries.SettleAsync(activityId, standing, cancellationToken).ConfigureAwait(false);
        return unknown;
    }
}
