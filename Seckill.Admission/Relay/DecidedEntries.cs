using Seckill.Admission.Stock;
using Seckill.Contracts;
using Seckill.Ledger.Orders;

namespace Seckill.Admission.Relay;

/// <summary>
/// Entries whose order MySQL has decided already: Redis lost the commit or the release with its tail. They are brought to MySQL's decision
/// here, because nobody repeats a step that was answered. It needs no lock: both calls are idempotent, and should the order be cancelled at this
/// moment, its release makes a tombstone that refuses a late commit.
/// </summary>
sealed class DecidedEntries(OrderReader orders, IStockParticipant stock)
{
    /// <summary>Settles those that are decided; returns the others.</summary>
    public async Task<IReadOnlyList<SeckillRequested>> SettleAsync(IReadOnlyList<SeckillRequested> entries, CancellationToken cancellationToken)
    {
        var known = (await orders.FindAsync(entries.Select(x => x.OrderId).ToList(), cancellationToken).ConfigureAwait(false))
            .ToDictionary(x => x.OrderId, x => x.Status);
        var undecided = new List<SeckillRequested>(entries.Count);
        foreach (var entry in entries)
        {
            switch (known.GetValueOrDefault(entry.OrderId, OrderStatus.Pending))
            {
                case OrderStatus.Pending:
                    undecided.Add(entry);
                    break;
                case OrderStatus.Confirmed or OrderStatus.Paid:
                    await stock.CommitAsync(StockReservation.Of(entry), cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await stock.ReleaseAsync(StockReservation.Of(entry), cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        return undecided;
    }
}
