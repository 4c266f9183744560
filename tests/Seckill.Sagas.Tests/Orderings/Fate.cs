using Seckill.Sagas.Transactions;

namespace Seckill.Sagas.Tests.Orderings;

/// <summary>
/// What must become of an order, in a few lines that owe nothing to the machine: its state (null before MySQL knows it), the payment that was kept, and
/// those that were given back. A payment is named after what reported it.
/// </summary>
sealed record Fate(string? State, Happening? Kept = null, bool FirstReturned = false, bool SecondReturned = false)
{
    /// <summary>Units are held for it in MySQL.</summary>
    public bool HoldsUnits => State is TransactionStates.Prepared or TransactionStates.Committed or TransactionStates.Paid;

    public Fate After(Happening happening) => happening switch
    {
        Happening.Requested => State is null or TransactionStates.Prepared ? this with { State = TransactionStates.Committed } : this,
        Happening.TimedOut or Happening.RolledBackByHand => GivenUp(),
        // One that is undecided can't be cancelled yet.
        Happening.Cancelled => State == TransactionStates.Committed ? GivenUp() : this,
        Happening.Paid or Happening.LateCallback => AfterPayment(happening),
        _ => throw new ArgumentOutOfRangeException(nameof(happening), happening, "No such happening"),
    };

    Fate GivenUp() => State switch
    {
        TransactionStates.Prepared => this with { State = TransactionStates.RolledBack },
        TransactionStates.Committed => this with { State = TransactionStates.Cancelled },
        _ => this,
    };

    Fate AfterPayment(Happening payment) => State switch
    {
        // Refused: the provider repeats its callback.
        null or TransactionStates.Prepared => this,
        TransactionStates.Committed => this with { State = TransactionStates.Paid, Kept = payment },
        TransactionStates.Paid => Kept == payment ? this : Returning(payment),
        TransactionStates.Cancelled => Returning(payment) with { State = TransactionStates.Refunded },
        _ => Returning(payment),
    };

    Fate Returning(Happening payment) => payment == Happening.Paid ? this with { FirstReturned = true } : this with { SecondReturned = true };
}
