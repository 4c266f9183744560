namespace Seckill.Sagas.Audit;

/// <summary>The sums of an audit, over all activities that it looked at. Counts are of orders unless they say units.</summary>
public sealed class AuditTotals
{
    /// <summary>Activities.</summary>
    public long Activities { get; set; }

    /// <summary>SKUs of activities.</summary>
    public long Skus { get; set; }

    /// <summary>Orders that have a row.</summary>
    public long Orders { get; set; }

    /// <summary>Of these, committed and still standing: confirmed or paid.</summary>
    public long Committed { get; set; }

    /// <summary>Of the committed, paid.</summary>
    public long Paid { get; set; }

    /// <summary>Cancelled by the buyer or by the payment deadline.</summary>
    public long Cancelled { get; set; }

    /// <summary>Failed: their transaction rolled back.</summary>
    public long RolledBack { get; set; }

    /// <summary>Without a decision: pending in MySQL, admitted in Redis and not in MySQL yet, or accepted and in neither so far.</summary>
    public long Undecided { get; set; }

    /// <summary>Undecided or half-done orders that have a row and whose compensation is under way, or that wait in the archive.</summary>
    public long InCompensation { get; set; }

    /// <summary>Units taken beyond a SKU's total, in MySQL or in Redis, whichever says more.</summary>
    public long Oversold { get; set; }

    /// <summary>Admitted or accepted, and in no book.</summary>
    public long Lost { get; set; }

    /// <summary>Buyers above their limit, and idempotency keys that stand for more than one order.</summary>
    public long Duplicates { get; set; }

    /// <summary>Units that were on their way between the stores while a counter was compared, and that it could not be checked without.</summary>
    public long UnitsInFlight { get; set; }

    /// <summary>Adds another activity's sums.</summary>
    public void Add(AuditTotals other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Activities += other.Activities;
        Skus += other.Skus;
        Orders += other.Orders;
        Committed += other.Committed;
        Paid += other.Paid;
        Cancelled += other.Cancelled;
        RolledBack += other.RolledBack;
        Undecided += other.Undecided;
        InCompensation += other.InCompensation;
        Oversold += other.Oversold;
        Lost += other.Lost;
        Duplicates += other.Duplicates;
        UnitsInFlight += other.UnitsInFlight;
    }
}
